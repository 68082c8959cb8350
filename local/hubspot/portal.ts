import type { SimulatorClock } from './clock.ts'
import { Subscriptions } from './consent/subscriptions.ts'
import { AssociationTypes } from './crm/association-types.ts'
import { Associations } from './crm/associations.ts'
import { Journal } from './crm/journal.ts'
import { Lists } from './crm/lists.ts'
import { CONTACTS, customObjectType, type ObjectSketch, type ObjectType } from './crm/object-type.ts'
import type { PropertySketch } from './crm/property.ts'
import { PropertySchema } from './crm/schema.ts'
import { SearchIndex } from './crm/search-index.ts'
import { CUSTOM_OBJECT_PROPERTIES, STANDARD_OBJECTS } from './crm/standard-properties.ts'
import { ObjectStore } from './crm/store.ts'
import { HubSpotError, invalid } from './errors.ts'
import { EventDefinitions } from './events/definitions.ts'
import { EventLog } from './events/log.ts'
import { forgetful, type Keeper } from './kept.ts'
import { KeptMap } from './kept-map.ts'
import type { Change, Deed } from './ledger.ts'
import type { SeededRandom } from './random.ts'
import type { SwitchBoard } from './switch-board.ts'
import type { Switches } from './switches.ts'

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
const FIRST_CUSTOM_TYPE = 27_000_001

/** Everything that one HubSpot account holds. */
export class Portal {
  readonly portalId: number
  readonly clock: SimulatorClock
  readonly random: SeededRandom
  readonly journal = new Journal()
  readonly contacts: ObjectSpace
  readonly associations: Associations
  readonly lists: Lists
  readonly subscriptions: Subscriptions
  readonly eventDefinitions: EventDefinitions
  readonly eventLog: EventLog
  /** Which contact a browser is known to be, by its cookie `hubspotutk`. */
  readonly visitors = new Map<string, string>()
  readonly #board: SwitchBoard
  readonly #keeper: Keeper
  readonly #blocklist: KeptMap<'blocked'>
  readonly #customTypes: KeptMap<'object-type'>
  readonly #spaces: ObjectSpace[] = []
  readonly #spacesByName = new Map<string, ObjectSpace>()
  #lastId: number
  #changes: Change[] = []
  #deeds: Deed[] = []

  constructor({ portalId, clock, random, board, keeper = forgetful }: PortalOptions) {
    this.portalId = portalId
    this.clock = clock
    this.random = random
    this.#board = board
    this.#keeper = keeper
    this.#blocklist = new KeptMap('blocked', this.journal, keeper)
    this.#customTypes = new KeptMap('object-type', this.journal, keeper)
    this.associations = new Associations(new AssociationTypes(this.journal, keeper), this.journal, keeper)
    this.lists = new Lists(this.journal, keeper)
    this.subscriptions = new Subscriptions(this.journal, keeper)
    this.eventDefinitions = new EventDefinitions(clock, portalId, this.journal, keeper)
    this.eventLog = new EventLog(this.journal, keeper)
    this.#lastId = new Map(keeper.kept('last-id')).get('') ?? FIRST_ID
    for (const { type, properties, groups } of STANDARD_OBJECTS) this.#addSpace(type, properties, groups)
    for (const type of this.#customTypes.values()) this.#addSpace(type, CUSTOM_OBJECT_PROPERTIES)
    this.contacts = this.space(CONTACTS.typeId)
  }

  get switches(): Switches {
    return this.#board.positions
  }

  /** Of every object type. */
  get spaces(): readonly ObjectSpace[] {
    return this.#spaces
  }

  /** @param name as in a path: `contacts`, `contact` or `0-1`. @throws HubSpotError 400 */
  space(name: string): ObjectSpace {
    const space = this.findSpace(name)
    if (!space) throw invalid(`Unable to infer object type from: ${name}`)
    return space
  }

  findSpace(name: string): ObjectSpace | undefined {
    return this.#spacesByName.get(name.toLowerCase())
  }

  /** A custom object: `2-N` from now on. @throws HubSpotError 409 for a taken name, 400 for an illegal one */
  addObjectType(sketch: ObjectSketch, properties: readonly PropertySketch[] = []): ObjectSpace {
    const { name } = sketch
    if (!/^[a-z][a-z0-9_]*$/i.test(name)) throw invalid(`Object type name '${name}' is invalid.`)
    if (this.findSpace(name)) {
      throw new HubSpotError(409, {
        message: `Object type by name '${name}' already exists in portal '${this.portalId}'`,
        category: 'OBJECT_ALREADY_EXISTS',
      })
    }
    const typeId = `2-${FIRST_CUSTOM_TYPE + this.#customTypes.size}`
    const type = customObjectType(sketch, typeId, this.portalId, this.iso(this.clock.now()))
    this.#customTypes.set(typeId, type)
    const space = this.#addSpace(type, CUSTOM_OBJECT_PROPERTIES)
    for (const property of properties) space.schema.create(property)
    return space
  }

  /** An id that nobody has, whether or not a record comes of it: a failed write uses one up, as in HubSpot. */
  nextId(): string {
    do this.#lastId += 1 + this.random.integer(40)
    while (this.#spaces.some(({ store }) => store.isKnown(String(this.#lastId))))
    this.#keeper.keep('last-id', '', this.#lastId)
    return String(this.#lastId)
  }

  /** facts §14: an address that can never be used again. */
  block(email: string): void {
    this.#blocklist.set(email, true)
  }

  isBlocked(email: string): boolean {
    return this.#blocklist.has(email)
  }

  /** Notes what a write changed; forgotten when the write is undone. */
  note(change: Change): void {
    this.#changes.push(change)
    this.journal.add(() => this.#changes.pop())
  }

  /** Notes whatever else was done, likewise. */
  noteDeed(deed: Deed): void {
    this.#deeds.push(deed)
    this.journal.add(() => this.#deeds.pop())
  }

  /** What was done since last asked. */
  takeNotes(): { readonly changes: readonly Change[]; readonly deeds: readonly Deed[] } {
    const notes = { changes: this.#changes, deeds: this.#deeds }
    if (notes.changes.length > 0) this.#changes = []
    if (notes.deeds.length > 0) this.#deeds = []
    return notes
  }

  /** @param time milliseconds; @returns in the form of HubSpot's answers (facts §13) */
  iso(time: number): string {
    return this.isoText(new Date(time).toISOString())
  }

  isoText(iso: string): string {
    return this.switches.trimMilliseconds && iso.endsWith('.000Z') ? `${iso.slice(0, -5)}Z` : iso
  }

  #addSpace(type: ObjectType, sketches: readonly PropertySketch[], groups: readonly string[] = []): ObjectSpace {
    const keeper = this.#keeper.of(type.typeId)
    const schema = new PropertySchema({ clock: this.clock, keeper, sketches, groups, group: type.group })
    const space = { type, schema, store: new ObjectStore(this.journal, keeper), index: new SearchIndex() }
    this.#spaces.push(space)
    if (type.custom)
      for (const other of this.#spaces) this.associations.types.addCustomObject(type.typeId, other.type.typeId)
    for (const name of [type.name, type.typeId, ...type.otherNames]) this.#spacesByName.set(name.toLowerCase(), space)
    return space
  }
}
