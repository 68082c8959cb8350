import type { Answer } from '../../core/hubspot.ts'
import {
  type EventDefinition,
  MOST_OCCURRENCES,
  type NewEventProperty,
  type OccurrenceInput,
} from '../../core/hubspot-objects.ts'
import { type Connection, done, refuseTooMany, unlessItExists } from '../connection.ts'
import { type JsonObject, objectOf, objectsOf, textOf, textsOf } from '../json.ts'
import { EventRequests } from '../requests/events.ts'

/** HubSpot has at most 500 definitions; more pages than these are no pages. */
const MOST_PAGES = 20

interface Page {
  readonly definitions: readonly EventDefinition[]
  readonly after: string | undefined
}

/** Custom behavioural events. */
export class EventCalls {
  readonly #connection: Connection
  readonly #requests: EventRequests

  constructor(connection: Connection) {
    this.#connection = connection
    this.#requests = new EventRequests(connection.address)
  }

  async readDefinitions(): Promise<Answer<readonly EventDefinition[]>> {
    const definitions: EventDefinition[] = []
    let after: string | undefined
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const answer = await this.#connection.call(this.#requests.readDefinitions(after), pageOf)
      if (answer.kind !== 'ok') return answer
      definitions.push(...answer.value.definitions)
      after = answer.value.after
      if (after === undefined) break
    }
    return { kind: 'ok', value: definitions }
  }

  async createDefinition(
    name: string,
    label: string,
    properties: readonly NewEventProperty[],
  ): Promise<Answer<EventDefinition>> {
    const request = this.#requests.createDefinition(name, label, properties)
    return this.#connection.call(request, body => definitionOf(body)[0])
  }

  async createProperty(event: string, property: NewEventProperty): Promise<Answer<void>> {
    return unlessItExists(await this.#connection.act(this.#requests.createProperty(event, property)))
  }

  async send(inputs: readonly OccurrenceInput[]): Promise<Answer<void>> {
    refuseTooMany(inputs, MOST_OCCURRENCES)
    return inputs.length === 0 ? done : this.#connection.act(await this.#requests.send(inputs))
  }
}

function pageOf(body: JsonObject): Page | undefined {
  if (!Array.isArray(body.results)) return undefined
  const after = textsOf(objectOf(objectOf(body.paging).next).after)[0]
  return { definitions: objectsOf(body.results).flatMap(definitionOf), after }
}

function definitionOf(definition: JsonObject): EventDefinition[] {
  const fullName = textOf(definition.fullyQualifiedName)
  if (fullName === undefined || definition.archived === true) return []
  const properties = objectsOf(definition.properties).flatMap(({ name }) => textOf(name) ?? [])
  return [{ name: fullName.replace(/^pe\d+_/, ''), fullName, properties }]
}
