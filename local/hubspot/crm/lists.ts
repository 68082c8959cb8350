import type { Keeper } from '../kept.ts'
import { KeptMap } from '../kept-map.ts'
import type { Journal } from './journal.ts'

/** A list (segment) of records of one type. */
export interface RecordList {
  readonly id: string
  readonly name: string
  readonly typeId: string
  /** facts §10: members of the first two are put in and taken out; those of DYNAMIC come by filters. */
  readonly processingType: 'MANUAL' | 'SNAPSHOT' | 'DYNAMIC'
  readonly createdAt: number
  readonly updatedAt: number
  /** It can be restored. */
  readonly deletedAt?: number
}

/** The lists of a portal and who is in them. Knows nothing of HubSpot's rules. */
export class Lists {
  readonly #journal: Journal
  readonly #lists: KeptMap<'list'>
  /** `12/551` → when it joined. */
  readonly #memberships: KeptMap<'list-member'>
  /** List → members. */
  readonly #members = new Map<string, Set<string>>()

  constructor(journal: Journal, keeper: Keeper) {
    this.#journal = journal
    this.#lists = new KeptMap('list', journal, keeper)
    this.#memberships = new KeptMap('list-member', journal, keeper)
    for (const key of this.#memberships.keys()) {
      const [listId = '', recordId = ''] = key.split('/')
      this.#membersOf(listId).add(recordId)
    }
  }

  /** Deleted ones included. */
  all(): RecordList[] {
    return [...this.#lists.values()]
  }

  get(id: string): RecordList | undefined {
    return this.#lists.get(id)
  }

  put(list: RecordList): RecordList {
    this.#lists.set(list.id, list)
    return list
  }

  /** In the order in which they joined. */
  members(listId: string): string[] {
    return [...this.#membersOf(listId)]
  }

  size(listId: string): number {
    return this.#membersOf(listId).size
  }

  /** When it joined, in milliseconds; undefined: no member. */
  joinedAt(listId: string, recordId: string): number | undefined {
    return this.#memberships.get(`${listId}/${recordId}`)
  }

  /** @param at undefined: a member no longer */
  setMember(listId: string, recordId: string, at: number | undefined): void {
    const was = this.joinedAt(listId, recordId) !== undefined
    this.#memberships.set(`${listId}/${recordId}`, at)
    this.#place(listId, recordId, at !== undefined)
    this.#journal.add(() => this.#place(listId, recordId, was))
  }

  #place(listId: string, recordId: string, member: boolean): void {
    if (member) this.#membersOf(listId).add(recordId)
    else this.#membersOf(listId).delete(recordId)
  }

  #membersOf(listId: string): Set<string> {
    const members = this.#members.get(listId) ?? new Set<string>()
    this.#members.set(listId, members)
    return members
  }
}
