import type { SimulatorClock } from '../clock.ts'
import { HubSpotError, invalid } from '../errors.ts'
import type { Keeper } from '../kept.ts'
import { completeOptions, completeProperty, type Property, type PropertySketch } from './property.ts'
import { PropertyGroups } from './property-groups.ts'

/** facts §6: at most 10 unique properties of an object type. */
const UNIQUE_PROPERTIES = 10
const NAME = /^[a-z][a-z0-9_]{0,99}$/

export interface SchemaParts {
  readonly clock: SimulatorClock
  readonly keeper: Keeper
  /** What a new portal has. */
  readonly sketches: readonly PropertySketch[]
  readonly groups: readonly string[]
  /** Where properties go that name no group. */
  readonly group: string
}

/** The properties of one object type. */
export class PropertySchema {
  readonly groups: PropertyGroups
  readonly #clock: SimulatorClock
  readonly #properties: Map<string, Property>
  readonly #archived: Map<string, Property>
  readonly #group: string
  readonly #keeper: Keeper

  constructor({ clock, keeper, sketches, groups, group }: SchemaParts) {
    this.#clock = clock
    this.#keeper = keeper
    this.#group = group
    this.groups = new PropertyGroups([group, ...groups], keeper)
    const own = sketches.map(sketch => [sketch.name, completeProperty(sketch, group)] as const)
    this.#properties = new Map([...own, ...keeper.kept('property')])
    this.#archived = new Map(keeper.kept('archived-property'))
  }

  get(name: string): Property | undefined {
    return this.#properties.get(name)
  }

  /** @throws HubSpotError 404 (facts §6) */
  require(name: string): Property {
    const property = this.#properties.get(name)
    if (property) return property
    throw new HubSpotError(404, {
      message: `Property '${name}' does not exist.`,
      category: 'OBJECT_NOT_FOUND',
      subCategory: 'Properties.PROPERTY_NOT_FOUND',
    })
  }

  list(archived = false): Property[] {
    return [...(archived ? this.#archived : this.#properties).values()]
  }

  /** @throws HubSpotError 409 for a taken name, 400 for an illegal definition (facts §6) */
  create(sketch: PropertySketch): Property {
    const { name } = sketch
    if (!NAME.test(name))
      throw invalid(`Property name '${name}' is invalid: lower-case letters, digits and underscores.`)
    if (this.#properties.has(name)) {
      throw new HubSpotError(409, {
        message: `A property named '${name}' already exists.`,
        category: 'OBJECT_ALREADY_EXISTS',
        subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS',
      })
    }
    if (sketch.groupName !== undefined) this.groups.refuseUnknown(sketch.groupName)
    const unique = this.list().filter(property => property.hasUniqueValue).length
    if (sketch.hasUniqueValue && unique >= UNIQUE_PROPERTIES) {
      throw invalid(`There are already ${UNIQUE_PROPERTIES} properties with unique values.`)
    }
    this.#archived.delete(name)
    this.#keeper.keep('archived-property', name, null)
    return this.#put(completeProperty(sketch, this.#group, this.#now()))
  }

  /** @throws HubSpotError 404, and 400 where the definition is read-only or uniqueness would change (facts §6) */
  change(name: string, changes: Partial<PropertySketch>): Property {
    const property = this.require(name)
    if (property.modificationMetadata.readOnlyDefinition)
      throw invalid(`Property '${name}' has a read-only definition.`)
    if (changes.hasUniqueValue !== undefined && changes.hasUniqueValue !== property.hasUniqueValue) {
      throw invalid(`hasUniqueValue of property '${name}' can't be changed once set.`)
    }
    if (changes.groupName !== undefined) this.groups.refuseUnknown(changes.groupName)
    const { name: _, options, readOnly: __, readOnlyDefinition: ___, ...rest } = changes
    const changed: Property = {
      ...property,
      ...rest,
      ...(options ? { options: completeOptions(options) } : {}),
      updatedAt: this.#now(),
    }
    return this.#put(changed)
  }

  /** @throws HubSpotError 400 for HubSpot's own */
  archive(name: string): void {
    const property = this.require(name)
    if (!property.modificationMetadata.archivable) throw invalid(`Property '${name}' can't be archived.`)
    this.#properties.delete(name)
    this.#archived.set(name, property)
    this.#keeper.keep('property', name, null)
    this.#keeper.keep('archived-property', name, property)
  }

  /** As somebody with every right would: over an existing one, HubSpot's own included. */
  define(sketch: PropertySketch): Property {
    return this.#put(completeProperty(sketch, this.#group, this.#now()))
  }

  #put(property: Property): Property {
    this.#properties.set(property.name, property)
    // Rules hold code, and only tests set them.
    const { rule: _, ...kept } = property
    this.#keeper.keep('property', property.name, kept)
    return property
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString()
  }
}
