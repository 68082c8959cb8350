import { identify } from './identify.ts'

/** For pages without a bundler: `vidsync.identify(…)`. */
Object.assign(globalThis, { vidsync: { identify } })
