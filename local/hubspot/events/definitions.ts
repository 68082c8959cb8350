import type { SimulatorClock } from '../clock.ts'
import type { Journal } from '../crm/journal.ts'
import { completeOptions, type Property, type PropertySketch } from '../crm/property.ts'
import { HubSpotError, invalid } from '../errors.ts'
import type { Keeper } from '../kept.ts'
import { KeptMap } from '../kept-map.ts'
import { type EventDefinition, type EventSketch, eventProperties, eventProperty } from './definition.ts'

/** facts §9 */
const MOST_DEFINITIONS = 500
const NAME = /^[a-z][a-z0-9_]{0,49}$/
const TYPES: readonly string[] = ['string', 'number', 'enumeration', 'datetime']
const FIRST_TYPE = 1_001

/** Which kinds of custom events a portal knows. */
export class EventDefinitions {
  readonly #clock: SimulatorClock
  readonly #prefix: string
  /** By fully qualified name; those that were deleted, too. */
  readonly #definitions: KeptMap<'event-definition'>

  constructor(clock: SimulatorClock, portalId: number, journal: Journal, keeper: Keeper) {
    this.#clock = clock
    this.#prefix = `pe${portalId}_`
    this.#definitions = new KeptMap('event-definition', journal, keeper)
  }

  list(): EventDefinition[] {
    return [...this.#definitions.values()].filter(({ archived }) => !archived)
  }

  /** @param name fully qualified */
  get(name: string): EventDefinition | undefined {
    const definition = this.#definitions.get(name)
    return definition?.archived ? undefined : definition
  }

  /** @param name with or without the prefix. @throws HubSpotError 404 */
  require(name: string): EventDefinition {
    const definition = this.get(name) ?? this.get(`${this.#prefix}${name}`)
    if (definition) return definition
    throw new HubSpotError(404, { message: `No event type found for ${name}`, category: 'OBJECT_NOT_FOUND' })
  }

  /** @throws HubSpotError 409 for a name that is or was taken, 400 beyond HubSpot's limits (facts §9) */
  create(sketch: EventSketch): EventDefinition {
    const { name } = sketch
    refuseName('Event name', name)
    const fullyQualifiedName = `${this.#prefix}${name}`
    if (this.#definitions.has(fullyQualifiedName)) {
      throw new HubSpotError(409, {
        message: `An event definition with the name '${name}' already exists.`,
        category: 'OBJECT_ALREADY_EXISTS',
      })
    }
    if (this.list().length >= MOST_DEFINITIONS)
      throw invalid(`There are already ${MOST_DEFINITIONS} event definitions.`)
    for (const property of sketch.properties ?? []) refuseProperty(property)
    const at = new Date(this.#clock.now()).toISOString()
    const { label = name, description = '', primaryObject = 'CONTACT', customMatchingId } = sketch
    const number = FIRST_TYPE + this.#definitions.size
    return this.#put({
      id: String(number),
      name,
      fullyQualifiedName,
      label,
      description,
      primaryObject,
      objectTypeId: `6-${number}`,
      properties: eventProperties(sketch, at),
      ...(customMatchingId ? { customMatchingId } : {}),
      createdAt: at,
      updatedAt: at,
      archived: false,
    })
  }

  change(name: string, changes: { readonly label?: string; readonly description?: string }): EventDefinition {
    return this.#put({ ...this.require(name), ...changes, updatedAt: this.#now() })
  }

  /** facts §9: its name is gone for good. */
  remove(name: string): void {
    this.#put({ ...this.require(name), archived: true, updatedAt: this.#now() })
  }

  /** @throws HubSpotError 409 for a taken name */
  addProperty(name: string, sketch: PropertySketch): Property {
    const definition = this.require(name)
    refuseProperty(sketch)
    if (definition.properties.some(property => property.name === sketch.name)) {
      throw new HubSpotError(409, {
        message: `A property named '${sketch.name}' already exists.`,
        category: 'OBJECT_ALREADY_EXISTS',
      })
    }
    const property = eventProperty(sketch, this.#now())
    this.#put({ ...definition, properties: [...definition.properties, property], updatedAt: this.#now() })
    return property
  }

  /** @throws HubSpotError 404 */
  changeProperty(name: string, property: string, changes: Partial<PropertySketch>): Property {
    const definition = this.require(name)
    const known = definition.properties.find(other => other.name === property)
    if (!known)
      throw new HubSpotError(404, { message: `No property ${property} of ${name}`, category: 'OBJECT_NOT_FOUND' })
    const { label = known.label, description = known.description, options } = changes
    const changed = { ...known, label, description, ...(options ? { options: completeOptions(options) } : {}) }
    const properties = definition.properties.map(other => (other === known ? changed : other))
    this.#put({ ...definition, properties, updatedAt: this.#now() })
    return changed
  }

  removeProperty(name: string, property: string): void {
    const definition = this.require(name)
    const properties = definition.properties.filter(other => other.name !== property)
    this.#put({ ...definition, properties, updatedAt: this.#now() })
  }

  #put(definition: EventDefinition): EventDefinition {
    this.#definitions.set(definition.fullyQualifiedName, definition)
    return definition
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString()
  }
}

function refuseProperty({ name, type = 'string', options = [] }: PropertySketch): void {
  refuseName('Property name', name)
  if (!TYPES.includes(type)) throw invalid(`Property type must be one of [${TYPES.join(', ')}]`)
  if (type === 'enumeration' && options.length === 0) throw invalid(`Property '${name}' needs options.`)
}

function refuseName(what: string, name: string): void {
  if (!NAME.test(name)) {
    throw invalid(`${what} '${name}' is invalid: at most 50 lower-case letters, digits and underscores.`)
  }
}
