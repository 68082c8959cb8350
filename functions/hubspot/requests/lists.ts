import type { ListCreateRequest } from '@hubspot/api-client/lib/codegen/crm/lists/models/ListCreateRequest.js'
import type { MembershipChangeRequest } from '@hubspot/api-client/lib/codegen/crm/lists/models/MembershipChangeRequest.js'
import type { Vid } from '../../core/types.ts'
import { type Address, type Request, segment } from './request.ts'

const LISTS = '/crm/v3/lists'

/** HubSpot's id of the type contact. Lists know no other name of it. */
const CONTACT = '0-1'

/** Requests about lists of contacts, of the SDK's types. */
export class ListRequests {
  readonly #address: Address

  constructor(address: Address) {
    this.#address = address
  }

  find(name: string): Request {
    const path = `${LISTS}/object-type-id/${CONTACT}/name/${segment(name)}`
    return this.#address.plain({ operation: 'findList', write: false }, 'GET', path)
  }

  create(name: string): Request {
    const body: ListCreateRequest = { name, objectTypeId: CONTACT, processingType: 'MANUAL' }
    return this.#address.plain({ operation: 'createList', write: true }, 'POST', LISTS, body)
  }

  changeMembers(listId: string, add: readonly Vid[], remove: readonly Vid[]): Request {
    const body: MembershipChangeRequest = { recordIdsToAdd: [...add], recordIdsToRemove: [...remove] }
    const described = { operation: 'changeMembers', write: true, inputs: add.length + remove.length, about: [listId] }
    return this.#address.plain(described, 'PUT', `${LISTS}/${segment(listId)}/memberships/add-and-remove`, body)
  }
}
