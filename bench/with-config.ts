import { registerHooks } from 'node:module'

/**
 * Preloaded (`--import`) into a process whose `sync.config.ts` is to be another one: the functions read it as ever and know
 * nothing of it.
 */
const OURS = new URL('../sync.config.ts', import.meta.url).href
const other = process.env.VIDSYNC_BENCH_CONFIG

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    return other !== undefined && found.url === OURS ? { ...found, url: other } : found
  },
})
