import { findById } from '../crm/find.ts'
import type { RecordList } from '../crm/lists.ts'
import { type ListSketch, liveLists, makeList } from '../crm/make-list.ts'
import { changeMembers } from '../crm/membership.ts'
import type { Hands } from './hands.ts'

export interface SeenList extends RecordList {
  /** Ids of records, ascending. */
  readonly members: readonly string[]
}

/** The lists (segments) of a portal. Nothing here counts as an API call. */
export class ListsView {
  readonly #hands: Hands

  constructor(hands: Hands) {
    this.#hands = hands
  }

  all(): SeenList[] {
    return liveLists(this.#hands.portal).map(list => this.#see(list))
  }

  /** @param key its id or its name */
  get(key: string): SeenList | undefined {
    const list = liveLists(this.#hands.portal).find(({ id, name }) => name === key || id === key)
    return list && this.#see(list)
  }

  /** Ids of records, ascending. @throws Error for no such list */
  members(key: string): readonly string[] {
    return this.#require(key).members
  }

  /** The names of the lists that a record is in. @param type as in paths; merges are followed */
  of(recordId: string, type = 'contacts'): string[] {
    const space = this.#hands.portal.space(type)
    const id = findById(space, recordId)?.id ?? recordId
    const { lists } = this.#hands.portal
    const has = (list: RecordList) => list.typeId === space.type.typeId && lists.joinedAt(list.id, id) !== undefined
    return liveLists(this.#hands.portal).flatMap(list => (has(list) ? list.name : []))
  }

  /** A list that was there before. @throws HubSpotError like the API */
  define(sketch: ListSketch): SeenList {
    return this.#see(this.#hands.change('seed', () => makeList(this.#hands.portal, sketch)))
  }

  /** Somebody changes members by hand. @throws Error for no such list */
  change(
    key: string,
    { add = [], remove = [] }: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
  ) {
    const list = this.#require(key)
    return this.#hands.change('ui', () => changeMembers(this.#hands.portal, list, add, remove))
  }

  #require(key: string): SeenList {
    const list = this.get(key)
    if (!list) throw new Error(`There is no list ${key}.`)
    return list
  }

  #see(list: RecordList): SeenList {
    return { ...list, members: this.#hands.portal.lists.members(list.id).sort((a, b) => Number(a) - Number(b)) }
  }
}
