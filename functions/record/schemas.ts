import type { Config } from '../core/config.ts'
import { kindOf, objectNameOf } from '../core/keys.ts'
import type { Schema } from '../core/schema.ts'
import type { FoldingStore } from '../core/store.ts'
import type { RecordKey } from '../core/types.ts'
import type { Clock } from '../runtime/platform.ts'

/** How long the portal's properties are believed without looking at the table again. */
const SCHEMA_AGE = 30_000

/** The portal's properties as `deliver` last read them, kept between invocations. */
export class Schemas {
  readonly #store: Pick<FoldingStore, 'readPortal' | 'readSchemas'>
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #typeOf: ReadonlyMap<string, string>
  #contacts: Schema | undefined
  #others: ReadonlyMap<string, Schema> = new Map()
  #readAt = Number.NEGATIVE_INFINITY

  constructor(deps: { store: FoldingStore; clock: Clock; config: Config }) {
    this.#store = deps.store
    this.#clock = deps.clock
    this.#typeOf = new Map(Object.entries(deps.config.objects).map(([name, { type = name }]) => [name, type]))
  }

  /** Reads them again where they are old, or those of contacts not there yet. */
  async refresh(): Promise<void> {
    const types = [...new Set(this.#typeOf.values())]
    if (this.#contacts && this.#clock.monotonic() - this.#readAt <= SCHEMA_AGE) return
    const [portal, others] = await Promise.all([
      this.#store.readPortal(),
      types.length > 0 ? this.#store.readSchemas(types) : this.#others,
    ])
    this.#contacts = portal?.schema
    this.#others = others
    this.#readAt = this.#clock.monotonic()
  }

  /** `undefined` before `deliver` has read them, and for records whose registers are no properties. */
  of(key: RecordKey): Schema | undefined {
    switch (kindOf(key)) {
      case 'contact':
        return this.#contacts
      case 'object':
        return this.#others.get(this.#typeOf.get(objectNameOf(key)) ?? '')
      default:
        return undefined
    }
  }
}
