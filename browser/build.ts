import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** The snippet as pages carry it: one line of script for every browser that HubSpot's own tracking code serves well. */
export async function buildSnippet(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('snippet.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2018',
    write: false,
    logLevel: 'silent',
  })
  return (outputFiles[0]?.text ?? '').trim()
}
