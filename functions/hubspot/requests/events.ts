import { BatchApiRequestFactory } from '@hubspot/api-client/lib/codegen/events/send/apis/BatchApi.js'
import { createConfiguration } from '@hubspot/api-client/lib/codegen/events/send/configuration.js'
import type { NewEventProperty, OccurrenceInput } from '../../core/hubspot-objects.ts'
import type { Address, Request } from './request.ts'

const DEFINITIONS = '/events/v3/event-definitions'

/** More on a page are not promised. */
const PAGE = 100

/** Requests about custom behavioural events. The SDK knows how they are sent, and nothing of their definitions. */
export class EventRequests {
  readonly #batch = new BatchApiRequestFactory(createConfiguration())
  readonly #address: Address

  constructor(address: Address) {
    this.#address = address
  }

  /** @param after where the last page ended */
  readDefinitions(after: string | undefined): Request {
    const page = after === undefined ? '' : `&after=${encodeURIComponent(after)}`
    const path = `${DEFINITIONS}?limit=${PAGE}&includeProperties=true${page}`
    return this.#address.plain({ operation: 'readEventDefinitions', write: false }, 'GET', path)
  }

  createDefinition(name: string, label: string, properties: readonly NewEventProperty[]): Request {
    return this.#address.plain({ operation: 'createEventDefinition', write: true }, 'POST', DEFINITIONS, {
      name,
      label,
      primaryObject: 'CONTACT',
      includeDefaultProperties: true,
      propertyDefinitions: properties.map(property => ({
        name: property.name,
        label: property.name,
        type: property.type,
      })),
    })
  }

  createProperty(event: string, { name, type }: NewEventProperty): Request {
    const path = `${DEFINITIONS}/${encodeURIComponent(event)}/property`
    return this.#address.plain({ operation: 'createEventProperty', write: true }, 'POST', path, {
      name,
      label: name,
      type,
    })
  }

  async send(inputs: readonly OccurrenceInput[]): Promise<Request> {
    const built = await this.#batch.send({
      inputs: inputs.map(({ eventName, objectId, occurredAt, uuid, utk, properties }) => ({
        eventName,
        objectId,
        occurredAt: new Date(occurredAt),
        uuid,
        ...(utk === undefined ? {} : { utk }),
        properties,
      })),
    })
    const sent = () => inputs.flatMap(({ utk, properties }) => [...(utk ? [utk] : []), ...Object.values(properties)])
    return this.#address.built({ operation: 'sendOccurrences', write: true, inputs: inputs.length, sent }, built)
  }
}
