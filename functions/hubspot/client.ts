import type { Answer, BatchResult, Contact, CreateInput, HubSpot, LookUp, UpdateInput } from '../core/hubspot.ts'
import type { Association, ConsentInput, HubSpotObjects, OccurrenceInput } from '../core/hubspot-objects.ts'
import type { Email, Vid } from '../core/types.ts'
import { AssociationCalls } from './calls/associations.ts'
import { ContactCalls, type ContactPage } from './calls/contacts.ts'
import { EventCalls } from './calls/events.ts'
import { ListCalls } from './calls/lists.ts'
import { ObjectCalls } from './calls/objects.ts'
import { PropertyCalls } from './calls/properties.ts'
import { SubscriptionCalls } from './calls/subscriptions.ts'
import { Connection, type HubSpotClientOptions } from './connection.ts'
import { CONTACTS } from './requests/contacts.ts'
import { hasSecondaryEmails } from './versions.ts'

export type { HubSpotClientOptions } from './connection.ts'

type Given<Method extends keyof HubSpotObjects> = Parameters<HubSpotObjects[Method]>

/**
 * HubSpot over HTTP: its contacts and everything else, over one connection with one pace. How each is done stands in
 * `calls/`, what is sent in `requests/`.
 *
 *     const pace = new Pace(100, clock, state.pace)
 *     const hubspot = new HubSpotClient({ baseUrl, version: apiVersion('v3'), pace, secrets, clock, log, metrics })
 */
export class HubSpotClient implements HubSpot, HubSpotObjects {
  readonly canDetachEmails: boolean
  readonly #connection: Connection
  readonly #contacts: ContactCalls
  readonly #properties: PropertyCalls
  readonly #objects: ObjectCalls
  readonly #events: EventCalls
  readonly #associations: AssociationCalls
  readonly #lists: ListCalls
  readonly #subscriptions: SubscriptionCalls

  constructor(options: HubSpotClientOptions) {
    this.canDetachEmails = hasSecondaryEmails(options.version)
    this.#connection = new Connection(options)
    this.#contacts = new ContactCalls(this.#connection, options.metrics)
    this.#properties = new PropertyCalls(this.#connection)
    this.#objects = new ObjectCalls(this.#connection)
    this.#events = new EventCalls(this.#connection)
    this.#associations = new AssociationCalls(this.#connection)
    this.#lists = new ListCalls(this.#connection)
    this.#subscriptions = new SubscriptionCalls(this.#connection)
  }

  get tokenReplaced(): boolean {
    return this.#connection.tokenReplaced
  }

  async readPortalId(): Promise<Answer<string>> {
    return this.#connection.readPortalId()
  }

  async readProperties(type = CONTACTS): ReturnType<HubSpotObjects['readProperties']> {
    return this.#properties.read(type)
  }

  async createUniqueProperty(name: string, label: string): Promise<Answer<void>> {
    return this.#properties.createUnique(name, label)
  }

  async readContacts(
    lookUp: LookUp,
    ids: readonly string[],
    properties: readonly string[],
  ): Promise<Answer<BatchResult>> {
    return this.#contacts.read(lookUp, ids, properties)
  }

  /** Up to 100 of all contacts that are not archived, for whoever looks at each. @param after of the page before */
  async listContacts(after: string | undefined, properties: readonly string[]): Promise<Answer<ContactPage>> {
    return this.#contacts.list(after, properties)
  }

  async createContacts(inputs: readonly CreateInput[]): Promise<Answer<BatchResult>> {
    return this.#contacts.create(inputs)
  }

  async updateContacts(inputs: readonly UpdateInput[]): Promise<Answer<BatchResult>> {
    return this.#contacts.update(inputs)
  }

  async mergeContacts(primary: Vid, other: Vid): Promise<Answer<Contact>> {
    return this.#contacts.merge(primary, other)
  }

  async detachEmail(vid: Vid, email: Email): Promise<Answer<void>> {
    return this.#contacts.detachEmail(vid, email)
  }

  async archiveContacts(vids: readonly Vid[]): Promise<Answer<void>> {
    return this.#contacts.archive(vids)
  }

  async eraseContact(vid: Vid): Promise<Answer<void>> {
    return this.#contacts.erase(vid)
  }

  async createProperty(...given: Given<'createProperty'>): ReturnType<HubSpotObjects['createProperty']> {
    return this.#properties.create(...given)
  }

  async readObjects(...given: Given<'readObjects'>): ReturnType<HubSpotObjects['readObjects']> {
    return this.#objects.read(...given)
  }

  async searchObjects(...given: Given<'searchObjects'>): ReturnType<HubSpotObjects['searchObjects']> {
    return this.#objects.search(...given)
  }

  async createObjects(...given: Given<'createObjects'>): ReturnType<HubSpotObjects['createObjects']> {
    return this.#objects.create(...given)
  }

  async updateObjects(...given: Given<'updateObjects'>): ReturnType<HubSpotObjects['updateObjects']> {
    return this.#objects.update(...given)
  }

  async upsertObjects(...given: Given<'upsertObjects'>): ReturnType<HubSpotObjects['upsertObjects']> {
    return this.#objects.upsert(...given)
  }

  async readEventDefinitions(): ReturnType<HubSpotObjects['readEventDefinitions']> {
    return this.#events.readDefinitions()
  }

  async createEventDefinition(
    ...given: Given<'createEventDefinition'>
  ): ReturnType<HubSpotObjects['createEventDefinition']> {
    return this.#events.createDefinition(...given)
  }

  async createEventProperty(...given: Given<'createEventProperty'>): Promise<Answer<void>> {
    return this.#events.createProperty(...given)
  }

  async sendOccurrences(inputs: readonly OccurrenceInput[]): Promise<Answer<void>> {
    return this.#events.send(inputs)
  }

  async readAssociationLabels(type: string): ReturnType<HubSpotObjects['readAssociationLabels']> {
    return this.#associations.readLabels(type)
  }

  async createAssociationLabel(type: string, label: string): Promise<Answer<void>> {
    return this.#associations.createLabel(type, label)
  }

  async readAssociations(...given: Given<'readAssociations'>): ReturnType<HubSpotObjects['readAssociations']> {
    return this.#associations.read(...given)
  }

  async associate(type: string, inputs: readonly Association[]): ReturnType<HubSpotObjects['associate']> {
    return this.#associations.associate(type, inputs)
  }

  async associatePlainly(...given: Given<'associatePlainly'>): ReturnType<HubSpotObjects['associatePlainly']> {
    return this.#associations.associatePlainly(...given)
  }

  async dissociate(...given: Given<'dissociate'>): ReturnType<HubSpotObjects['dissociate']> {
    return this.#associations.dissociate(...given)
  }

  async findList(name: string): Promise<Answer<string | undefined>> {
    return this.#lists.find(name)
  }

  async createList(name: string): Promise<Answer<string>> {
    return this.#lists.create(name)
  }

  async changeMembers(...given: Given<'changeMembers'>): ReturnType<HubSpotObjects['changeMembers']> {
    return this.#lists.changeMembers(...given)
  }

  async readSubscriptionTypes(): ReturnType<HubSpotObjects['readSubscriptionTypes']> {
    return this.#subscriptions.readTypes()
  }

  async writeConsents(inputs: readonly ConsentInput[]): ReturnType<HubSpotObjects['writeConsents']> {
    return this.#subscriptions.write(inputs)
  }
}
