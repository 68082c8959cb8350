declare module 'dynalite' {
  import type { Server } from 'node:http'

  export interface DynaliteOptions {
    /** A LevelDB directory; absent: in memory. */
    readonly path?: string
    readonly createTableMs?: number
    readonly deleteTableMs?: number
    readonly updateTableMs?: number
  }
  export default function dynalite(options?: DynaliteOptions): Server
}
