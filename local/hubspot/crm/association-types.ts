import { HubSpotError, invalid } from '../errors.ts'
import type { Keeper } from '../kept.ts'
import { KeptMap } from '../kept-map.ts'
import type { Journal } from './journal.ts'
import { COMPANIES, CONTACTS, DEALS, TICKETS } from './object-type.ts'

/** How a record of one type can be associated with one of another; seen from `fromTypeId`. */
export interface AssociationType {
  readonly fromTypeId: string
  readonly toTypeId: string
  readonly typeId: number
  /** The same, seen from the other side. */
  readonly inverseTypeId: number
  readonly category: AssociationCategory
  /** null: that they are associated, and nothing else. */
  readonly label: string | null
  /** Of at most one company of a record. */
  readonly isPrimary: boolean
}

export type AssociationCategory = 'HUBSPOT_DEFINED' | 'USER_DEFINED'

export interface LabelSketch {
  readonly label: string
  /** Seen from the other side. Default: the same. */
  readonly inverseLabel?: string
}

const [CONTACT, COMPANY, DEAL, TICKET] = [CONTACTS, COMPANIES, DEALS, TICKETS].map(({ typeId }) => typeId)

/** HubSpot's own, by its page on association types: from, to, unlabelled there and back, primary there and back. */
const STANDARD: readonly (readonly [string | undefined, string | undefined, number, number, number?, number?])[] = [
  [CONTACT, COMPANY, 279, 280, 1, 2],
  [CONTACT, DEAL, 4, 3],
  [CONTACT, TICKET, 15, 16],
  [COMPANY, DEAL, 342, 341, 6, 5],
  [COMPANY, TICKET, 340, 339, 25, 26],
  [DEAL, TICKET, 27, 28],
  [CONTACT, CONTACT, 449, 449],
  [COMPANY, COMPANY, 450, 450],
  [DEAL, DEAL, 451, 451],
  [TICKET, TICKET, 452, 452],
]

/** HubSpot's page on association types. */
const MOST_LABELS = 10
const FIRST_OF_CUSTOM_OBJECTS = 1_001
const FIRST_LABEL = 5_001

/** Which types of associations a portal knows. */
export class AssociationTypes {
  readonly #types: AssociationType[] = []
  readonly #labels: KeptMap<'association-label'>
  #lastOfCustomObjects = FIRST_OF_CUSTOM_OBJECTS - 1

  constructor(journal: Journal, keeper: Keeper) {
    this.#labels = new KeptMap('association-label', journal, keeper)
    for (const [fromTypeId = '', toTypeId = '', there, back, primary, primaryBack] of STANDARD) {
      this.#addBoth({ fromTypeId, toTypeId, category: 'HUBSPOT_DEFINED', label: null }, there, back)
      if (primary === undefined || primaryBack === undefined) continue
      this.#addBoth({ fromTypeId, toTypeId, category: 'HUBSPOT_DEFINED', label: 'Primary' }, primary, primaryBack)
    }
  }

  /** How records of a new custom object can be associated with those of another type. */
  addCustomObject(fromTypeId: string, toTypeId: string): void {
    this.#lastOfCustomObjects += 2
    const there = this.#lastOfCustomObjects
    const back = fromTypeId === toTypeId ? there : there + 1
    this.#addBoth({ fromTypeId, toTypeId, category: 'USER_DEFINED', label: null }, there, back)
  }

  between(fromTypeId: string, toTypeId: string): AssociationType[] {
    return [...this.#types, ...this.#labels.values()].filter(
      type => type.fromTypeId === fromTypeId && type.toTypeId === toTypeId,
    )
  }

  /** The one without a label. @throws HubSpotError 400 where there is none */
  unlabelled(fromTypeId: string, toTypeId: string): AssociationType {
    const found = this.between(fromTypeId, toTypeId).find(({ label }) => label === null)
    if (found) return found
    throw invalid(`Association type between ${fromTypeId} and ${toTypeId} does not exist`)
  }

  /** @param category absent: any */
  get(fromTypeId: string, toTypeId: string, typeId: number, category?: string): AssociationType | undefined {
    return this.between(fromTypeId, toTypeId).find(
      type => type.typeId === typeId && (category === undefined || type.category === category),
    )
  }

  /** All that lead from a type, by id: the id alone says to which type (facts §11). */
  from(fromTypeId: string, typeId: number, category: string): AssociationType | undefined {
    return [...this.#types, ...this.#labels.values()].find(
      type => type.fromTypeId === fromTypeId && type.typeId === typeId && type.category === category,
    )
  }

  /** @returns both sides; one where they are the same. @throws HubSpotError 409 for a taken label, 400 beyond ten */
  addLabel(fromTypeId: string, toTypeId: string, { label, inverseLabel = label }: LabelSketch): AssociationType[] {
    const own = this.between(fromTypeId, toTypeId).filter(type => this.#labels.has(String(type.typeId)))
    if (own.some(type => type.label === label)) {
      throw new HubSpotError(409, { message: `The label ${label} already exists`, category: 'OBJECT_ALREADY_EXISTS' })
    }
    if (own.length >= MOST_LABELS) throw invalid(`There are already ${MOST_LABELS} labels between these objects`)
    const taken = [...this.#labels.keys()].map(Number)
    const there = Math.max(FIRST_LABEL - 1, ...taken) + 1
    const symmetric = fromTypeId === toTypeId && label === inverseLabel
    const back = symmetric ? there : there + 1
    const both: AssociationType[] = [
      { ...common(fromTypeId, toTypeId, label), typeId: there, inverseTypeId: back },
      { ...common(toTypeId, fromTypeId, inverseLabel), typeId: back, inverseTypeId: there },
    ]
    const sides = symmetric ? both.slice(0, 1) : both
    for (const side of sides) this.#labels.set(String(side.typeId), side)
    return sides
  }

  /** @throws HubSpotError 404 for a type that is no custom label */
  requireLabel(typeId: string): AssociationType {
    const label = this.#labels.get(typeId)
    if (label) return label
    throw new HubSpotError(404, { message: `There is no label with the id ${typeId}`, category: 'OBJECT_NOT_FOUND' })
  }

  /** Puts `changed` in the place of a custom label; undefined: it is gone, both sides of it. */
  replaceLabel(typeId: string, changed: LabelSketch | undefined): void {
    const there = this.requireLabel(typeId)
    const back = this.#labels.get(String(there.inverseTypeId))
    const { label, inverseLabel = label } = changed ?? {}
    this.#labels.set(typeId, label === undefined ? undefined : { ...there, label })
    if (!back || back === there) return
    this.#labels.set(String(back.typeId), inverseLabel === undefined ? undefined : { ...back, label: inverseLabel })
  }

  #addBoth(
    type: Pick<AssociationType, 'fromTypeId' | 'toTypeId' | 'category' | 'label'>,
    typeId: number,
    inverseTypeId: number,
  ): void {
    const isPrimary = type.label !== null
    const { fromTypeId, toTypeId } = type
    this.#types.push({ ...type, typeId, inverseTypeId, isPrimary })
    if (fromTypeId === toTypeId) return
    const inverse = { fromTypeId: toTypeId, toTypeId: fromTypeId, typeId: inverseTypeId, inverseTypeId: typeId }
    this.#types.push({ ...type, ...inverse, isPrimary })
  }
}

const common = (fromTypeId: string, toTypeId: string, label: string) => ({
  fromTypeId,
  toTypeId,
  label,
  category: 'USER_DEFINED' as const,
  isPrimary: false,
})
