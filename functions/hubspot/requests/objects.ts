import { BatchApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/objects/apis/BatchApi.js'
import { SearchApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/objects/apis/SearchApi.js'
import { createConfiguration } from '@hubspot/api-client/lib/codegen/crm/objects/configuration.js'
import { FilterOperatorEnum } from '@hubspot/api-client/lib/codegen/crm/objects/models/Filter.js'
import type { ObjectId, ObjectInput, ObjectType } from '../../core/hubspot-objects.ts'
import type { Address, Request } from './request.ts'

/** By HubSpot's id, or by a unique property. */
export type By = 'id' | { readonly property: string }

/** HubSpot's longest page of search results. */
const MOST_FOUND = 200

/** Requests about records of any type. */
export class ObjectRequests {
  readonly #batch = new BatchApiRequestFactory(createConfiguration())
  readonly #search = new SearchApiRequestFactory(createConfiguration())
  readonly #address: Address

  constructor(address: Address) {
    this.#address = address
  }

  async read(type: ObjectType, by: By, ids: readonly string[], properties: readonly string[]): Promise<Request> {
    const built = await this.#batch.read(type, {
      inputs: ids.map(id => ({ id })),
      properties: [...properties],
      propertiesWithHistory: [],
      ...idPropertyOf(by),
    })
    return this.#address.built({ operation: 'readObjects', write: false, inputs: ids.length, sent: () => ids }, built)
  }

  async search(
    type: ObjectType,
    property: string,
    values: readonly string[],
    properties: readonly string[],
  ): Promise<Request> {
    const built = await this.#search.doSearch(type, {
      filterGroups: [
        { filters: [{ propertyName: property, operator: FilterOperatorEnum.In, values: inBothCases(values) }] },
      ],
      properties: [...properties],
      // The oldest first, so that the same record is found every time.
      sorts: ['hs_object_id'],
      limit: MOST_FOUND,
      after: '0',
    })
    return this.#address.built({ operation: 'searchObjects', write: false, sent: () => values }, built)
  }

  async create(type: ObjectType, inputs: readonly Omit<ObjectInput, 'id'>[]): Promise<Request> {
    const built = await this.#batch.create(type, {
      inputs: inputs.map(({ trace, properties }) => ({ objectWriteTraceId: trace, properties, associations: [] })),
    })
    return this.#address.built(writing('createObjects', inputs), built)
  }

  async update(type: ObjectType, by: By, inputs: readonly ObjectInput[]): Promise<Request> {
    const built = await this.#batch.update(type, {
      inputs: inputs.map(({ id, trace, properties }) => ({
        id,
        ...idPropertyOf(by),
        objectWriteTraceId: trace,
        properties,
      })),
    })
    return this.#address.built(writing('updateObjects', inputs, by), built)
  }

  async upsert(type: ObjectType, by: By, inputs: readonly ObjectInput[]): Promise<Request> {
    const built = await this.#batch.upsert(type, {
      inputs: inputs.map(({ id, trace, properties }) => ({
        id,
        ...idPropertyOf(by),
        objectWriteTraceId: trace,
        properties,
      })),
    })
    return this.#address.built(writing('upsertObjects', inputs, by), built)
  }

  async archive(type: ObjectType, ids: readonly ObjectId[]): Promise<Request> {
    const built = await this.#batch.archive(type, { inputs: ids.map(id => ({ id })) })
    return this.#address.built({ operation: 'archiveObjects', write: true, inputs: ids.length }, built)
  }
}

const idPropertyOf = (by: By): { idProperty?: string } => (by === 'id' ? {} : { idProperty: by.property })

function writing(operation: string, inputs: readonly Partial<ObjectInput>[], by: By = 'id') {
  // HubSpot's own ids are nobody's data, and worth reading in an error.
  const ids = () => (by === 'id' ? [] : inputs.flatMap(({ id }) => (id === undefined ? [] : [id])))
  const values = () => inputs.flatMap(({ properties = {} }) => Object.values(properties))
  return { operation, write: true, inputs: inputs.length, sent: () => [...ids(), ...values()] }
}

/** HubSpot's IN finds texts by lower-case letters alone, and options only as they are. */
function inBothCases(values: readonly string[]): string[] {
  return [...new Set(values.flatMap(value => [value, value.toLowerCase()]))]
}
