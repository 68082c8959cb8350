import type { Property } from '../crm/property.ts'
import { HubSpotError } from '../errors.ts'
import type { JsonObject } from '../message.ts'
import { batchAnswer, rawInputs } from './batch.ts'
import { type Answer, bodyOf, type ObjectCall, requiredString } from './call.ts'
import { newPropertyOf, propertyChangesOf } from './property-body.ts'

/** facts §6 */
export function listProperties({ space, query }: ObjectCall): Answer {
  const archived = query.get('archived') === 'true'
  return {
    status: 200,
    body: { results: space.schema.list(archived).map(property => showProperty(property, archived)) },
  }
}

/** facts §6: 404 for an unknown name */
export function getProperty({ space }: ObjectCall, name: string): Answer {
  return { status: 200, body: showProperty(space.schema.require(name)) }
}

/** facts §6: 409 for a taken name */
export function createProperty(call: ObjectCall): Answer {
  return { status: 201, body: showProperty(call.space.schema.create(newPropertyOf(bodyOf(call)))) }
}

export function changeProperty(call: ObjectCall, name: string): Answer {
  return { status: 200, body: showProperty(call.space.schema.change(name, propertyChangesOf(bodyOf(call)))) }
}

export function archiveProperty({ space }: ObjectCall, name: string): Answer {
  space.schema.archive(name)
  return { status: 204 }
}

/** What can be made is made; 207 names the others. The OpenAPI file of 2026-09 says 200 for success. */
export function batchCreateProperties(call: ObjectCall): Answer {
  const status = call.version === '2026-09' ? 200 : 201
  return each(call, status, input => call.space.schema.create(newPropertyOf(input)))
}

export function batchReadProperties(call: ObjectCall): Answer {
  return each(call, 200, input => call.space.schema.require(requiredString(input, 'name')))
}

/** Unknown names do not matter. */
export function batchArchiveProperties(call: ObjectCall): Answer {
  const { schema } = call.space
  for (const input of rawInputs(call)) {
    const name = requiredString(input, 'name')
    if (schema.get(name)) schema.archive(name)
  }
  return { status: 204 }
}

function each(call: ObjectCall, status: 200 | 201, work: (input: JsonObject) => Property): Answer {
  const startedAt = call.portal.clock.now()
  const results: JsonObject[] = []
  const errors: JsonObject[] = []
  for (const input of rawInputs(call)) {
    try {
      results.push(showProperty(work(input)))
    } catch (error) {
      if (!(error instanceof HubSpotError)) throw error
      errors.push(error.item({ name: [String(input.name ?? '')] }))
    }
  }
  return batchAnswer(call, results, errors, status, startedAt)
}

export function showProperty({ rule: _, ...property }: Property, archived = false): JsonObject {
  return { ...property, archived }
}
