import { spawnSync } from 'node:child_process'
import { buildSync } from 'esbuild'
import { BUNDLING, PROJECT } from './bundling.ts'

/**
 * Finds out now, and not at the first event, what is wrong with a configuration. It is run in a process of its own, as it
 * will be in Lambda: bundled, whatever module system the app has, and whatever the file imports.
 * @param path of the file
 * @throws Error that says what is wrong with which setting
 */
export function checkConfiguration(path: string): void {
  const { outputFiles } = buildSync({
    stdin: { contents: programFor(path), resolveDir: PROJECT },
    absWorkingDir: PROJECT,
    bundle: true,
    write: false,
    format: BUNDLING.format,
    platform: BUNDLING.platform,
    target: BUNDLING.target,
    banner: { js: BUNDLING.banner },
    alias: BUNDLING.alias,
    logLevel: 'warning',
  })
  const program = outputFiles[0]?.text ?? ''
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-'], {
    input: program,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${path}: ${stderr.trim()}`)
}

const programFor = (path: string): string => `
import { defineConfig } from 'vidsync'
try {
  const { default: given } = await import(${JSON.stringify(path)})
  const isDefined = typeof given === 'object' && given !== null && Object.keys(defineConfig({})).every(name => name in given)
  if (!isDefined) throw new Error('write \`export default defineConfig({ … })\`')
  defineConfig(given)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}`
