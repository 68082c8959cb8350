import { HubSpotError, invalid } from '../errors.ts'
import type { Keeper } from '../kept.ts'
import type { PropertyGroup } from './property.ts'

/** The groups in which HubSpot shows the properties of one object type. */
export class PropertyGroups {
  readonly #groups: Map<string, PropertyGroup>
  readonly #keeper: Keeper

  constructor(names: readonly string[], keeper: Keeper) {
    const own = names.map((name, displayOrder) => [name, { name, label: name, displayOrder }] as const)
    this.#groups = new Map([...own, ...keeper.kept('property-group')])
    this.#keeper = keeper
  }

  list(): PropertyGroup[] {
    return [...this.#groups.values()]
  }

  /** @throws HubSpotError 404 */
  require(name: string): PropertyGroup {
    const group = this.#groups.get(name)
    if (group) return group
    throw new HubSpotError(404, {
      message: `Property group '${name}' does not exist.`,
      category: 'OBJECT_NOT_FOUND',
    })
  }

  /** @throws HubSpotError 400: a property can't be in it */
  refuseUnknown(name: string): void {
    if (!this.#groups.has(name)) throw invalid(`Property group '${name}' does not exist.`)
  }

  /** @throws HubSpotError 409 for a taken name */
  create(group: PropertyGroup): PropertyGroup {
    const { name } = group
    if (this.#groups.has(name)) {
      throw new HubSpotError(409, {
        message: `A property group named '${name}' already exists.`,
        category: 'OBJECT_ALREADY_EXISTS',
      })
    }
    return this.put(group)
  }

  put(group: PropertyGroup): PropertyGroup {
    this.#groups.set(group.name, group)
    this.#keeper.keep('property-group', group.name, group)
    return group
  }

  remove(name: string): void {
    this.require(name)
    this.#groups.delete(name)
    this.#keeper.keep('property-group', name, null)
  }
}
