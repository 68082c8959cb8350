import type { Millis } from '../../../functions/core/types.ts'
import type { LogFields } from '../../../functions/runtime/platform.ts'
import type { WriteEntry } from '../../../local/hubspot/ledger.ts'
import type { Item } from './conditions.ts'
import { PERSONAL, tagOf } from './tags.ts'
import type { World } from './world.ts'

/** Attributes of a record that only ever grow. */
const RISING = ['writes', 'version', 'verify', 'token'] as const
const LARGEST_BATCH = 100
const CONTACTS = '0-1'
const LARGER: readonly (readonly [path: RegExp, most: number])[] = [
  [/\/associations\/.*\/(associate\/default|create)$/, 2_000],
  [/\/associations\/.*\/read$/, 1_000],
  [/\/events\/.*\/send\/batch$/, 500],
]

interface BatchInput {
  readonly id?: string
  readonly objectWriteTraceId?: string
  readonly uuid?: string
}

/** Sees everything that passes, and judges it at once. */
export class Watch {
  readonly #world: World
  /** When calls left for HubSpot. */
  readonly calls: Millis[] = []
  items = 0

  constructor(world: World) {
    this.#world = world
  }

  #waiting: (() => void)[] = []

  /** Resolves when something may be due earlier than it was. */
  dueChanged(): Promise<void> {
    return new Promise(resolve => {
      this.#waiting.push(resolve)
    })
  }

  #tellDue(): void {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#waiting = []
    for (const tell of waiting) tell()
  }

  item(after: Item | undefined, before: Item | undefined): void {
    this.items += 1
    if (after?.dueAt !== before?.dueAt || after?.pk?.S === 'calls') this.#tellDue()
    if (!after || !before) return
    for (const name of RISING) {
      const rises = Number(after[name]?.N ?? 0) >= Number(before[name]?.N ?? 0)
      this.#world.hold('versions are monotone', rises, () => `${name} of ${after.pk?.S} went back`)
    }
  }

  /** A call on its way to HubSpot. */
  call(url: string, init: RequestInit | undefined): void {
    this.calls.push(this.#world.scheduler.elapsed)
    if (typeof init?.body !== 'string') return
    const { inputs }: { inputs?: readonly BatchInput[] } = JSON.parse(init.body)
    if (!inputs) return
    const ids = inputs.map(input => input.id ?? input.objectWriteTraceId ?? input.uuid ?? JSON.stringify(input))
    const path = new URL(url).pathname
    const most = LARGER.find(([larger]) => larger.test(path))?.[1] ?? LARGEST_BATCH
    const fits = inputs.length >= 1 && inputs.length <= most
    this.#world.hold('batches hold what HubSpot takes', fits, () => `${inputs.length} inputs`)
    this.#world.hold('no batch names anything twice', new Set(ids).size === ids.length, () => ids.join(' '))
  }

  /** A write that HubSpot has applied. */
  write({ source, vid, call, objectTypeId }: WriteEntry): void {
    const world = this.#world
    if (objectTypeId !== CONTACTS) return
    world.scheduler.trace.add(`hubspot applies ${source} ${vid}`, world.scheduler.elapsed)
    if (source !== 'api') return
    const contact = world.hubspot.contact(vid)
    const owner = contact?.properties.internal_user_id
    if (!contact || owner === undefined) return
    for (const [name, value] of Object.entries(contact.properties)) {
      const said = tagOf(value)
      if (said === undefined) continue
      const theirs = said === owner || world.plan.becomes(said, owner)
      world.hold(
        'no value of one user in another’s contact',
        theirs,
        () => `call ${call} left ${name} of ${said} with ${owner} (${vid})`,
      )
    }
  }

  log(id: string, message: string, { stack, ...fields }: LogFields = {}): void {
    const line = `${message} ${JSON.stringify(fields)}`
    const { trace, elapsed } = this.#world.scheduler
    // The stack tells where the run was begun from, too.
    trace.add(`${id} says ${line}`, elapsed)
    const tells = PERSONAL.test(line) || PERSONAL.test(String(stack))
    this.#world.hold('no secret or personal data in a log', !tells, () => `${id}: ${line}`)
  }
}
