import { associate, dissociate, livePartners } from '../crm/associate.ts'
import type { AssociationType, LabelSketch } from '../crm/association-types.ts'
import { findById } from '../crm/find.ts'
import type { RecordKey } from '../ledger.ts'
import type { Hands } from './hands.ts'

/** One record that another is associated with. */
export interface SeenAssociation {
  readonly id: string
  /** Without the one that only says that they are associated. */
  readonly labels: readonly string[]
  readonly typeIds: readonly number[]
}

/** Which records are associated with which. Types are named as in paths: `contacts`. Merges are followed. */
export class AssociationsView {
  readonly #hands: Hands

  constructor(hands: Hands) {
    this.#hands = hands
  }

  /** Live ones, by ascending id. */
  of(type: string, id: string, toType: string): SeenAssociation[] {
    const { portal } = this.#hands
    const from = this.#key(type, id)
    const known = portal.associations.types.between(from.typeId, portal.space(toType).type.typeId)
    return livePartners(portal, from, portal.space(toType).type.typeId)
      .sort((a, b) => Number(a.id) - Number(b.id))
      .map(to => {
        const typeIds = portal.associations.between(from, to)
        const types = known.filter(({ typeId }) => typeIds.includes(typeId))
        return { id: to.id, labels: types.flatMap(({ label }) => label ?? []), typeIds }
      })
  }

  /** All pairs of live records, as `[from, to, labels]`. */
  between(type: string, toType: string): [from: string, to: string, labels: readonly string[]][] {
    return [...this.#hands.portal.space(type).store.live()].flatMap(({ id }) =>
      this.of(type, id, toType).map((to): [string, string, readonly string[]] => [id, to.id, to.labels]),
    )
  }

  /** A label that the portal's people made. @returns both sides, the first from `type`. @throws HubSpotError like the API */
  defineLabel(type: string, toType: string, sketch: LabelSketch): AssociationType[] {
    const { portal } = this.#hands
    const [from, to] = [portal.space(type).type.typeId, portal.space(toType).type.typeId]
    return this.#hands.change('seed', () => portal.associations.types.addLabel(from, to, sketch))
  }

  /** Somebody associates two records by hand; labels are added. @throws Error for a label that there is not */
  associate(type: string, id: string, toType: string, toId: string, labels: readonly string[] = []): void {
    const { portal } = this.#hands
    const [from, to] = [this.#key(type, id), this.#key(toType, toId)]
    const known = portal.associations.types.between(from.typeId, to.typeId)
    const types = labels.map(label => {
      const found = known.find(candidate => candidate.label === label)
      if (!found) throw new Error(`There is no label ${label} from ${type} to ${toType}.`)
      return found
    })
    this.#hands.change('ui', () => associate(portal, from, to, types, 'add'))
  }

  /** Somebody takes an association away. */
  dissociate(type: string, id: string, toType: string, toId: string): void {
    const { portal } = this.#hands
    this.#hands.change('ui', () => dissociate(portal, this.#key(type, id), this.#key(toType, toId)))
  }

  #key(type: string, id: string): RecordKey {
    const space = this.#hands.portal.space(type)
    return { typeId: space.type.typeId, id: findById(space, id)?.id ?? id }
  }
}
