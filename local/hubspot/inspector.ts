import { archiveRecord, eraseRecord, restoreRecord } from './crm/archive.ts'
import { findById, findByProperty } from './crm/find.ts'
import { mergeRecords } from './crm/merge.ts'
import type { ObjectSketch } from './crm/object-type.ts'
import type { Property, PropertySketch } from './crm/property.ts'
import type { CrmRecord } from './crm/record.ts'
import { allValues } from './crm/render.ts'
import { save } from './crm/save.ts'
import { parseEmail, parseValues } from './crm/values.ts'
import { createRecord, updateRecord } from './crm/write.ts'
import { resourceNotFound } from './errors.ts'
import type { Ledger, Source } from './ledger.ts'
import type { Portal } from './portal.ts'
import { AssociationsView } from './views/associations.ts'
import { EventsView } from './views/events.ts'
import { Hands } from './views/hands.ts'
import { ListsView } from './views/lists.ts'
import { ObjectsView } from './views/objects.ts'
import { SubscriptionsView } from './views/subscriptions.ts'

/** A contact as people in HubSpot see it. */
export interface SeenContact {
  readonly vid: string
  /** The primary address. */
  readonly email: string | undefined
  readonly secondaryEmails: readonly string[]
  /** Set values only, derived ones (`hs_object_id`, …) included. */
  readonly properties: Readonly<Record<string, string>>
  readonly archived: boolean
  /** Every id that was merged into it. */
  readonly mergedVids: readonly string[]
  readonly createdAt: number
  readonly updatedAt: number
}

export interface SeedContact {
  readonly email?: string
  readonly secondaryEmails?: readonly string[]
  readonly properties?: Readonly<Record<string, string>>
  /** Default: a new one. */
  readonly vid?: string
}

/** What people and browsers do in HubSpot, and a look at what it holds. Nothing here counts as an API call. */
export class Inspector {
  readonly ledger: Ledger
  /** Custom events and their definitions. */
  readonly events: EventsView
  readonly associations: AssociationsView
  readonly lists: ListsView
  readonly subscriptions: SubscriptionsView
  readonly #portal: Portal
  readonly #hands: Hands

  constructor(portal: Portal, ledger: Ledger) {
    this.#portal = portal
    this.ledger = ledger
    this.#hands = new Hands(portal, ledger)
    this.events = new EventsView(this.#hands)
    this.associations = new AssociationsView(this.#hands)
    this.lists = new ListsView(this.#hands)
    this.subscriptions = new SubscriptionsView(this.#hands)
  }

  /** Companies, deals, tickets, custom objects. @param type `companies`, `0-2`, … @throws HubSpotError 400 for others */
  objects(type: string): ObjectsView {
    return new ObjectsView(this.#hands, this.#portal.space(type))
  }

  /** A custom object that the portal's people made. @throws HubSpotError for a taken name */
  defineObject(sketch: ObjectSketch, properties: readonly PropertySketch[] = []): ObjectsView {
    return new ObjectsView(this.#hands, this.#portal.addObjectType(sketch, properties))
  }

  get portalId(): number {
    return this.#portal.portalId
  }

  get contactCount(): number {
    return this.#portal.contacts.store.size
  }

  /** All live contacts, by ascending vid. */
  contacts(): SeenContact[] {
    return [...this.#portal.contacts.store.live()].map(record => this.#see(record))
  }

  /** At most `limit` live contacts, newest first. */
  newestContacts(limit: number): SeenContact[] {
    return this.#portal.contacts.store.newest(limit).map(record => this.#see(record))
  }

  /** By primary or secondary address; the live one. */
  contactByEmail(email: string): SeenContact | undefined {
    const record = findByProperty(this.#portal, this.#portal.contacts, 'email', email)
    return record && this.#see(record)
  }

  /** Merges are followed; archived contacts are returned as such. */
  contact(vid: string): SeenContact | undefined {
    const { contacts } = this.#portal
    const record = findById(contacts, vid) ?? contacts.store.get(contacts.store.survivorOf(vid))
    return record && this.#see(record)
  }

  /** @throws HubSpotError as an API call with the same values would, Error for a vid that is taken or no number */
  seedContact({ email, secondaryEmails = [], properties = {}, vid }: SeedContact = {}): SeenContact {
    const { contacts } = this.#portal
    if (vid !== undefined && (!/^\d+$/.test(vid) || contacts.store.isKnown(vid))) throw new Error(`No new vid: ${vid}`)
    return this.#change('seed', () => {
      const values = this.#parse({ ...properties, ...(email === undefined ? {} : { email }) })
      const record = createRecord(this.#portal, contacts, values, vid)
      if (secondaryEmails.length === 0) return record
      const addresses = secondaryEmails.map(address => address.toLowerCase())
      const next = { ...record, secondaryEmails: addresses }
      save(this.#portal, contacts, next, record)
      return next
    })
  }

  /** Somebody changes values by hand. @throws HubSpotError like an API call */
  editInUi(vid: string, properties: Readonly<Record<string, string>>): SeenContact {
    const { contacts } = this.#portal
    return this.#change('ui', () => {
      const record = findById(contacts, vid)
      if (!record) throw resourceNotFound()
      return updateRecord(this.#portal, contacts, record, this.#parse(properties))
    })
  }

  /** Somebody merges `loser` into `primary` by hand. @throws HubSpotError like the merge endpoint */
  mergeInUi(primary: string, loser: string): SeenContact {
    return this.#change('ui', () => mergeRecords(this.#portal, this.#portal.contacts, primary, loser))
  }

  /** Somebody deletes it by hand: it can be restored for 90 days. */
  archiveInUi(vid: string): void {
    this.#hands.change('ui', () => archiveRecord(this.#portal, this.#portal.contacts, vid))
  }

  /** Somebody takes it out of the recycle bin. @throws HubSpotError when it is not there, or its address is taken */
  restoreInUi(vid: string): SeenContact {
    return this.#change('ui', () => restoreRecord(this.#portal, this.#portal.contacts, vid))
  }

  /** Somebody deletes it for privacy: it is gone for good. @returns whether there was one */
  eraseInUi(vid: string): boolean {
    return this.#hands.change('ui', () => eraseRecord(this.#portal, this.#portal.contacts, vid))
  }

  /**
   * A form or the tracking code names an email (facts §4, §15): the contact that has it is updated, or one is made. A
   * secondary address may become the primary one (switch `formFlipsPrimary`).
   */
  submitForm(email: string, properties: Readonly<Record<string, string>> = {}): SeenContact {
    return this.#byEmail('form', email, properties)
  }

  /**
   * A browser views a page (facts §15). Named by an email, as `_hsq.push(['identify', …])` does, it is tied to the contact
   * that has the address, or to a new one; otherwise it stays who it was. Which contact a browser that is known already
   * becomes by an address that nobody has, is the switch `knownVisitorNewEmail`.
   * @param utk the browser's cookie `hubspotutk`
   * @returns the contact that the browser is known to be
   */
  trackVisit(
    utk: string,
    { email = '', ...properties }: Readonly<Record<string, string>> = {},
  ): SeenContact | undefined {
    const portal = this.#portal
    const vid = portal.visitors.get(utk)
    const known = vid === undefined ? undefined : findById(portal.contacts, vid)
    // What is no address identifies nobody (HubSpot's page on its tracking code).
    if (typeof parseEmail(email, portal.switches) !== 'string') return known && this.#see(known)
    const overwritten = portal.switches.knownVisitorNewEmail === 'overwrites' ? known : undefined
    const contact = this.#byEmail('tracking', email, properties, overwritten)
    portal.visitors.set(utk, contact.vid)
    return contact
  }

  /** @param otherwise the contact that gets an address which nobody has; absent: a new one */
  #byEmail(
    source: Source,
    email: string,
    properties: Readonly<Record<string, string>>,
    otherwise?: CrmRecord,
  ): SeenContact {
    const portal = this.#portal
    const { contacts } = portal
    return this.#change(source, () => {
      const known = Object.entries(properties).filter(([name]) => contacts.schema.get(name))
      const values = new Map(this.#parse({ ...Object.fromEntries(known), email }))
      const record = findByProperty(portal, contacts, 'email', email)
      if (!record) {
        return otherwise ? updateRecord(portal, contacts, otherwise, values) : createRecord(portal, contacts, values)
      }
      const address = values.get('email')
      if (address !== record.properties.get('email') && !portal.switches.formFlipsPrimary) values.delete('email')
      return updateRecord(portal, contacts, record, values)
    })
  }

  /** A property that the portal's people made, or one of HubSpot's own in another shape. */
  defineProperty(sketch: PropertySketch, type = 'contacts'): Property {
    return this.#portal.space(type).schema.define(sketch)
  }

  #parse(properties: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
    const { contacts, switches, portalId } = this.#portal
    return parseValues(properties, { schema: contacts.schema, switches, portalId, normalise: false, hasEmails: true })
      .values
  }

  #change(source: Source, work: () => CrmRecord): SeenContact {
    return this.#see(this.#hands.change(source, work))
  }

  #see(record: CrmRecord): SeenContact {
    return {
      vid: record.id,
      email: record.properties.get('email'),
      secondaryEmails: record.secondaryEmails,
      properties: allValues(this.#portal, this.#portal.contacts, record),
      archived: record.archivedAt !== undefined,
      mergedVids: record.merged.map(({ id }) => id),
      createdAt: record.createdAt,
      updatedAt: record.updatedAt,
    }
  }
}
