import { readFile } from 'node:fs/promises'

/** Of this package. */
export async function version(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
  const given =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined
  return `vidsync ${String(given)}`
}
