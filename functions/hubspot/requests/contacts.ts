import { AdvancedApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/contacts/apis/AdvancedApi.js'
import { createConfiguration as configureContacts } from '@hubspot/api-client/lib/codegen/crm/contacts/configuration.js'
import { BATCH_LIMIT, type CreateInput, type LookUp, type UpdateInput } from '../../core/hubspot.ts'
import type { Email, Vid } from '../../core/types.ts'
import { SECONDARY_EMAILS } from '../versions.ts'
import { ObjectRequests } from './objects.ts'
import { type Address, type Request, segment } from './request.ts'

/** HubSpot's name of contacts in paths. */
export const CONTACTS = 'contacts'
const LIST = '/crm/v3/objects/contacts'

/** Requests about contacts. Most are those about records of any type. */
export class ContactRequests {
  readonly #contacts = new AdvancedApiRequestFactory(configureContacts())
  readonly #objects: ObjectRequests
  readonly #address: Address

  constructor(address: Address) {
    this.#address = address
    this.#objects = new ObjectRequests(address)
  }

  async read(lookUp: LookUp, ids: readonly string[], properties: readonly string[]): Promise<Request> {
    const request = await this.#objects.read(CONTACTS, byOf(lookUp), ids, properties)
    return { ...request, operation: 'readContacts' }
  }

  /** A page of all contacts, in the order of their ids. @param after where the page before has ended */
  list(after: string | undefined, properties: readonly string[]): Request {
    const query = new URLSearchParams({ limit: String(BATCH_LIMIT), properties: properties.join(',') })
    if (after !== undefined) query.set('after', after)
    return this.#address.plain({ operation: 'listContacts', write: false }, 'GET', `${LIST}?${query}`)
  }

  async create(inputs: readonly CreateInput[]): Promise<Request> {
    return { ...(await this.#objects.create(CONTACTS, inputs)), operation: 'createContacts' }
  }

  async update(inputs: readonly UpdateInput[]): Promise<Request> {
    const byId = inputs.map(({ vid, trace, properties }) => ({ id: vid, trace, properties }))
    return { ...(await this.#objects.update(CONTACTS, 'id', byId)), operation: 'updateContacts' }
  }

  async merge(primary: Vid, other: Vid): Promise<Request> {
    const built = await this.#contacts.merge({ primaryObjectId: primary, objectIdToMerge: other })
    return this.#address.built({ operation: 'mergeContacts', write: true, about: [primary, other] }, built)
  }

  /** @throws Error in a version that has no such endpoint. */
  detachEmail(vid: Vid, email: Email): Request {
    const address = segment(email)
    // HubSpot may quote the address of the request as well.
    const described = { operation: 'detachEmail', write: true, sent: () => [email, address] }
    return this.#address.plain(described, 'DELETE', `${SECONDARY_EMAILS}/${vid}/email/${address}`)
  }

  async archive(vids: readonly Vid[]): Promise<Request> {
    return { ...(await this.#objects.archive(CONTACTS, vids)), operation: 'archiveContacts' }
  }

  /** By record id alone: see the port. */
  async erase(vid: Vid): Promise<Request> {
    const built = await this.#contacts.purge({ objectId: vid })
    return this.#address.built({ operation: 'eraseContact', write: true, about: [vid] }, built)
  }
}

function byOf(lookUp: LookUp): 'id' | { readonly property: string } {
  if (lookUp.by === 'vid') return 'id'
  return { property: lookUp.by === 'email' ? 'email' : lookUp.name }
}
