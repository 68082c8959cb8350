import type { SimulatorClock } from './clock.ts'
import { CONTACT_PROPERTIES } from './crm/contact-properties.ts'
import { Journal } from './crm/journal.ts'
import { CONTACTS, type ObjectType } from './crm/object-type.ts'
import { PropertySchema } from './crm/schema.ts'
import { SearchIndex } from './crm/search-index.ts'
import { ObjectStore } from './crm/store.ts'
import { invalid } from './errors.ts'
import type { Entry, Keep, Keeper } from './kept.ts'
import type { Change } from './ledger.ts'
import type { SeededRandom } from './random.ts'
import type { SwitchBoard, Switches } from './switches.ts'

/** The records of one object type, with their properties and what search knows of them. */
export interface ObjectSpace {
  readonly type: ObjectType
  readonly schema: PropertySchema
  readonly store: ObjectStore
  readonly index: SearchIndex
}

export interface PortalOptions {
  readonly portalId: number
  readonly clock: SimulatorClock
  readonly random: SeededRandom
  readonly board: SwitchBoard
  /** Absent: it is forgotten. */
  readonly keeper?: Keeper
}

/** Ids have outgrown 32 bits (facts §13). */
const FIRST_ID = 552_148_386_511

/** Everything that one HubSpot account holds. */
export class Portal {
  readonly portalId: number
  readonly clock: SimulatorClock
  readonly random: SeededRandom
  readonly journal = new Journal()
  readonly contacts: ObjectSpace
  readonly #board: SwitchBoard
  readonly #keep: Keep
  readonly #blocklist = new Set<string>()
  readonly #spaces = new Map<string, ObjectSpace>()
  #lastId = FIRST_ID
  #changes: Change[] = []

  constructor({ portalId, clock, random, board, keeper }: PortalOptions) {
    this.portalId = portalId
    this.clock = clock
    this.random = random
    this.#board = board
    this.#keep = keeper?.keep ?? (() => {})
    const groups = ['contactinformation', 'emailinformation', 'analyticsinformation', 'contact_activity']
    const schema = new PropertySchema(clock, CONTACT_PROPERTIES, groups, this.#keep)
    this.contacts = this.#addSpace(CONTACTS, schema, ['contact'])
    for (const entry of keeper?.entries ?? []) this.#restore(entry)
  }

  get switches(): Switches {
    return this.#board.positions
  }

  /** @param name as in a path: `contacts`, `contact` or `0-1`. @throws HubSpotError 400 */
  space(name: string): ObjectSpace {
    const space = this.#spaces.get(name.toLowerCase())
    if (!space) throw invalid(`Unable to infer object type from: ${name}`)
    return space
  }

  /** An id that nobody has, whether or not a record comes of it: a failed write uses one up, as in HubSpot. */
  nextId(): string {
    do this.#lastId += 1 + this.random.integer(40)
    while (this.contacts.store.isKnown(String(this.#lastId)))
    this.#keep('last-id', '', this.#lastId)
    return String(this.#lastId)
  }

  /** facts §14: an address that can never be used again. */
  block(email: string): void {
    this.#blocklist.add(email)
    this.#keep('blocked', email, true)
  }

  isBlocked(email: string): boolean {
    return this.#blocklist.has(email)
  }

  /** Notes what a write changed; forgotten when the write is undone. */
  note(change: Change): void {
    const changes = this.#changes
    changes.push(change)
    this.journal.add(() => changes.pop())
  }

  /** What was changed since last asked. */
  takeChanges(): readonly Change[] {
    if (this.#changes.length === 0) return this.#changes
    const changes = this.#changes
    this.#changes = []
    return changes
  }

  /** @param time milliseconds; @returns in the form of HubSpot's answers (facts §13) */
  iso(time: number): string {
    return this.isoText(new Date(time).toISOString())
  }

  isoText(iso: string): string {
    return this.switches.trimMilliseconds && iso.endsWith('.000Z') ? `${iso.slice(0, -5)}Z` : iso
  }

  #restore(entry: Entry): void {
    const [kind, key, value] = entry
    if (kind === 'last-id') this.#lastId = value
    else if (kind === 'blocked') this.#blocklist.add(key)
    this.contacts.schema.restore(entry)
    this.contacts.store.restore(entry)
  }

  #addSpace(type: ObjectType, schema: PropertySchema, otherNames: readonly string[]): ObjectSpace {
    const space = { type, schema, store: new ObjectStore(this.journal, this.#keep), index: new SearchIndex() }
    for (const name of [type.name, type.typeId, ...otherNames]) this.#spaces.set(name, space)
    return space
  }
}
