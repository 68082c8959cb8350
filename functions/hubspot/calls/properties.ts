import type { Answer } from '../../core/hubspot.ts'
import type { NewProperty, ObjectType } from '../../core/hubspot-objects.ts'
import type { PropertyDefinition } from '../../core/schema.ts'
import { propertyDefinitions } from '../answers.ts'
import { type Connection, unlessItExists } from '../connection.ts'
import { PropertyRequests } from '../requests/properties.ts'

/** The properties of a type of records. */
export class PropertyCalls {
  readonly #connection: Connection
  readonly #requests: PropertyRequests
  /** The types that have our group of properties. */
  readonly #grouped = new Set<ObjectType>()

  constructor(connection: Connection) {
    this.#connection = connection
    this.#requests = new PropertyRequests(connection.address)
  }

  async read(type: ObjectType): Promise<Answer<readonly PropertyDefinition[]>> {
    return this.#connection.call(await this.#requests.read(type), propertyDefinitions)
  }

  async createUnique(name: string, label: string): Promise<Answer<void>> {
    return unlessItExists(await this.#connection.act(await this.#requests.createUnique(name, label)))
  }

  async create(type: ObjectType, property: NewProperty): Promise<Answer<void>> {
    if (!this.#grouped.has(type)) {
      const grouped = unlessItExists(await this.#connection.act(await this.#requests.createGroup(type)))
      if (grouped.kind !== 'ok') return grouped
      this.#grouped.add(type)
    }
    const answer = unlessItExists(await this.#connection.act(await this.#requests.create(type, property)))
    // Somebody may have taken the group away.
    if (answer.kind === 'rejected') this.#grouped.delete(type)
    return answer
  }
}
