import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Config, type ConfigInput, defineConfig } from '../functions/core/config.ts'
import type { Arguments } from './arguments.ts'
import { EXIT, Failed } from './command.ts'

const USUAL_FILE = 'sync.config.ts'

/** Reads the configuration: the one here, or the one that `--config` names. @throws Failed: usage. */
export async function readConfiguration(args: Arguments): Promise<Config> {
  const file = args.text('config') ?? USUAL_FILE
  const path = resolve(file)
  await access(path).catch(() => {
    throw new Failed(EXIT.usage, `There is no ${file} here: go where it is, or name it with --config.`)
  })
  let module: { readonly default?: unknown }
  try {
    module = await import(pathToFileURL(path).href)
  } catch (error) {
    throw new Failed(EXIT.usage, whyNot(file, error))
  }
  if (!isConfig(module.default))
    throw new Failed(EXIT.usage, `${file} exports no configuration: write \`export default defineConfig({ … })\`.`)
  try {
    // Checked once more, as whoever does not use defineConfig has checked nothing; twice is as once.
    return defineConfig(module.default)
  } catch (error) {
    throw new Failed(EXIT.usage, whyNot(file, error))
  }
}

const isConfig = (given: unknown): given is ConfigInput =>
  typeof given === 'object' && given !== null && !Array.isArray(given)

function whyNot(file: string, error: unknown): string {
  const words = error instanceof Error ? error.message : String(error)
  return words.startsWith('sync.config.ts ') ? words : `${file} cannot be read: ${words}`
}
