/** What a product's own code imports from this package. */
export { type Config, type ConfigInput, defineConfig } from './functions/core/config.ts'
export type { Call } from './functions/core/mapping-settings.ts'
