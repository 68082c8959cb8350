/** What products and their `sync.config.ts` import from this package. The construct is `vidsync/cdk`. */
export { type Config, type ConfigInput, defineConfig } from './functions/core/config.ts'
export type { Call } from './functions/core/mapping-settings.ts'
export type * from './producer/calls.ts'
export { type Signing, signedHeaders } from './producer/sign.ts'
