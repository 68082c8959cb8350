import type { Answer } from '../../core/hubspot.ts'
import type { HubSpotObject, ObjectBatchResult, ObjectInput, ObjectType } from '../../core/hubspot-objects.ts'
import { batchResult, records } from '../answers.ts'
import type { Connection } from '../connection.ts'
import { type By, ObjectRequests } from '../requests/objects.ts'
import type { Request } from '../requests/request.ts'

/** Records of any type. */
export class ObjectCalls {
  readonly #connection: Connection
  readonly #requests: ObjectRequests

  constructor(connection: Connection) {
    this.#connection = connection
    this.#requests = new ObjectRequests(connection.address)
  }

  read(
    type: ObjectType,
    by: By,
    ids: readonly string[],
    properties: readonly string[],
  ): Promise<Answer<ObjectBatchResult>> {
    return this.#batch(ids, () => this.#requests.read(type, by, ids, properties))
  }

  search(
    type: ObjectType,
    property: string,
    values: readonly string[],
    properties: readonly string[],
  ): Promise<Answer<readonly HubSpotObject[]>> {
    return this.#connection.batch(values, [], () => this.#requests.search(type, property, values, properties), records)
  }

  create(type: ObjectType, inputs: readonly Omit<ObjectInput, 'id'>[]): Promise<Answer<ObjectBatchResult>> {
    return this.#batch(inputs, () => this.#requests.create(type, inputs))
  }

  update(type: ObjectType, by: By, inputs: readonly ObjectInput[]): Promise<Answer<ObjectBatchResult>> {
    return this.#batch(inputs, () => this.#requests.update(type, by, inputs))
  }

  upsert(type: ObjectType, by: By, inputs: readonly ObjectInput[]): Promise<Answer<ObjectBatchResult>> {
    return this.#batch(inputs, () => this.#requests.upsert(type, by, inputs))
  }

  #batch(inputs: readonly unknown[], make: () => Promise<Request>): Promise<Answer<ObjectBatchResult>> {
    return this.#connection.batch(inputs, { objects: [], errors: [] }, make, batchResult)
  }
}
