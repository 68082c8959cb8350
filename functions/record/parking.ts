import type { Config } from '../core/config.ts'
import { sha256 } from '../core/digest.ts'
import { fold } from '../core/fold.ts'
import type { ContactRecord } from '../core/record.ts'
import type { FoldingStore, NoticingStore } from '../core/store.ts'
import type { RecordKey } from '../core/types.ts'
import type { Clock, Log, Metrics, Random } from '../runtime/platform.ts'
import type { Part } from './parts.ts'
import type { Schemas } from './schemas.ts'

export interface RecordDeps {
  readonly store: FoldingStore & Pick<NoticingStore, 'raiseVerify'>
  readonly config: Config
  readonly clock: Clock
  readonly random: Pick<Random, 'number'>
  readonly log: Log
  readonly metrics: Metrics
}

/** Keeps what nobody can fold where a person can see it. */
export class Parking {
  readonly #deps: RecordDeps
  readonly #schemas: Schemas

  constructor(deps: RecordDeps, schemas: Schemas) {
    this.#deps = deps
    this.#schemas = schemas
  }

  /** Parking the same message twice keeps one. @throws whatever the table throws */
  async park(body: string, reason: string): Promise<void> {
    const { store, clock, log, metrics } = this.#deps
    await store.park(sha256(body), { event: body, reason, at: clock.now() })
    metrics.add('EventsParked', 1)
    log.error('an event cannot be folded and was parked', { event: sha256(body).slice(0, 12), reason })
  }

  async parkAll(parts: readonly Pick<Part, 'event'>[], reason: string): Promise<void> {
    for (const { event } of parts) await this.park(JSON.stringify(event), reason)
  }

  /** Parks the events that cannot be folded into a record. @returns the others */
  async foldable(key: RecordKey, current: ContactRecord | undefined, parts: readonly Part[]): Promise<Part[]> {
    const { config, clock } = this.#deps
    const world = { schema: this.#schemas.of(key), config, now: clock.now() }
    const foldable: Part[] = []
    for (const part of parts) {
      try {
        fold(key, current, [part.says], world)
        foldable.push(part)
      } catch (error) {
        await this.parkAll([part], `folding failed: ${error instanceof Error ? error.name : 'unknown'}`)
      }
    }
    return foldable
  }
}
