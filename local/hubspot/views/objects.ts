import { archiveRecord, restoreRecord } from '../crm/archive.ts'
import { findById, findByProperty } from '../crm/find.ts'
import { mergeRecords } from '../crm/merge.ts'
import type { ObjectType } from '../crm/object-type.ts'
import type { Property, PropertySketch } from '../crm/property.ts'
import type { CrmRecord } from '../crm/record.ts'
import { allValues } from '../crm/render.ts'
import { parseValues } from '../crm/values.ts'
import { createRecord, updateRecord } from '../crm/write.ts'
import { resourceNotFound } from '../errors.ts'
import type { ObjectSpace } from '../portal.ts'
import type { Hands } from './hands.ts'

/** A company, a deal, a record of any type as people in HubSpot see it. */
export interface SeenObject {
  readonly id: string
  /** `0-2` */
  readonly typeId: string
  /** Set values only, derived ones (`hs_object_id`, …) included. */
  readonly properties: Readonly<Record<string, string>>
  readonly archived: boolean
  /** Every id that was merged into it. */
  readonly mergedIds: readonly string[]
  readonly createdAt: number
  readonly updatedAt: number
}

type Values = Readonly<Record<string, string>>

/** The records of one object type, as people in HubSpot see and change them. Nothing here counts as an API call. */
export class ObjectsView {
  readonly #hands: Hands
  readonly #space: ObjectSpace

  constructor(hands: Hands, space: ObjectSpace) {
    this.#hands = hands
    this.#space = space
  }

  get type(): ObjectType {
    return this.#space.type
  }

  /** Live ones. */
  get count(): number {
    return this.#space.store.size
  }

  /** All live records, by ascending id. */
  all(): SeenObject[] {
    return [...this.#space.store.live()].map(record => this.#see(record))
  }

  /** Merges are followed; archived records are returned as such. */
  get(id: string): SeenObject | undefined {
    const { store } = this.#space
    const record = findById(this.#space, id) ?? store.get(store.survivorOf(id))
    return record && this.#see(record)
  }

  /** The live record with this value. @throws HubSpotError for a property that is not unique */
  by(property: string, value: string): SeenObject | undefined {
    const record = findByProperty(this.#hands.portal, this.#space, property, value)
    return record && this.#see(record)
  }

  /** All live records with this value of any property. */
  where(property: string, value: string): SeenObject[] {
    return this.all().filter(({ properties }) => properties[property] === value)
  }

  /** What was there before. @throws HubSpotError as an API call with the same values would */
  seed(properties: Values = {}): SeenObject {
    return this.#change('seed', () => createRecord(this.#hands.portal, this.#space, this.#parse(properties)))
  }

  /** Somebody changes values by hand. @throws HubSpotError like an API call */
  edit(id: string, properties: Values): SeenObject {
    return this.#change('ui', () => {
      const record = findById(this.#space, id)
      if (!record) throw resourceNotFound()
      return updateRecord(this.#hands.portal, this.#space, record, this.#parse(properties))
    })
  }

  /** Somebody merges `loser` into `primary`. @throws HubSpotError like the merge endpoint */
  merge(primary: string, loser: string): SeenObject {
    return this.#change('ui', () => mergeRecords(this.#hands.portal, this.#space, primary, loser))
  }

  /** Somebody deletes it: it can be restored for 90 days. */
  archive(id: string): void {
    this.#hands.change('ui', () => archiveRecord(this.#hands.portal, this.#space, id))
  }

  /** Somebody takes it out of the recycle bin. @throws HubSpotError when it is not there */
  restore(id: string): SeenObject {
    return this.#change('ui', () => restoreRecord(this.#hands.portal, this.#space, id))
  }

  /** A property that the portal's people made, or one of HubSpot's own in another shape. */
  defineProperty(sketch: PropertySketch): Property {
    return this.#space.schema.define(sketch)
  }

  property(name: string): Property | undefined {
    return this.#space.schema.get(name)
  }

  #parse(properties: Values): ReadonlyMap<string, string> {
    const { switches, portalId } = this.#hands.portal
    const { schema, type } = this.#space
    return parseValues(properties, { schema, switches, portalId, normalise: false, hasEmails: type.hasEmails }).values
  }

  #change(source: 'seed' | 'ui', work: () => CrmRecord): SeenObject {
    return this.#see(this.#hands.change(source, work))
  }

  #see(record: CrmRecord): SeenObject {
    return {
      id: record.id,
      typeId: this.#space.type.typeId,
      properties: allValues(this.#hands.portal, this.#space, record),
      archived: record.archivedAt !== undefined,
      mergedIds: record.merged.map(({ id }) => id),
      createdAt: record.createdAt,
      updatedAt: record.updatedAt,
    }
  }
}
