import type { Portal } from '../portal.ts'
import { findById } from './find.ts'
import type { RecordList } from './lists.ts'

/** What became of the ids of a change of members (facts §10), as they were sent. */
export interface MembershipChange {
  readonly added: string[]
  readonly removed: string[]
  /** Of records that there are not. */
  readonly missing: string[]
}

/** Puts records into a list and takes others out; whoever is there, or not there, already is left. */
export function changeMembers(
  portal: Portal,
  list: RecordList,
  add: readonly string[],
  remove: readonly string[],
): MembershipChange {
  const change: MembershipChange = { added: [], removed: [], missing: [] }
  const space = portal.space(list.typeId)
  const { listMergedAway, listAlreadyMember } = portal.switches
  const find = (id: string) =>
    listMergedAway === 'missing' && space.store.isMergedAway(id) ? undefined : findById(space, id)?.id
  for (const id of new Set(add)) {
    const recordId = find(id)
    if (recordId === undefined) change.missing.push(id)
    else if (portal.lists.joinedAt(list.id, recordId) === undefined) {
      join(portal, list.id, recordId)
      change.added.push(id)
    } else if (listAlreadyMember === 'missing') change.missing.push(id)
  }
  for (const id of new Set(remove)) {
    const recordId = find(id)
    if (recordId === undefined) change.missing.push(id)
    else if (leave(portal, list.id, recordId)) change.removed.push(id)
    else if (listAlreadyMember === 'missing') change.missing.push(id)
  }
  return change
}

/** facts §10: the survivor is in every list that one of the merged ones was in. */
export function moveMemberships(portal: Portal, typeId: string, from: string, to: string): void {
  for (const { id } of listsOf(portal, typeId)) {
    if (!leave(portal, id, from)) continue
    if (portal.lists.joinedAt(id, to) === undefined) join(portal, id, to)
  }
}

/** facts §10: an archived record is in no list. */
export function dropMemberships(portal: Portal, typeId: string, recordId: string): void {
  for (const { id } of listsOf(portal, typeId)) leave(portal, id, recordId)
}

const listsOf = (portal: Portal, typeId: string) => portal.lists.all().filter(list => list.typeId === typeId)

function join(portal: Portal, listId: string, recordId: string): void {
  portal.lists.setMember(listId, recordId, portal.clock.now())
  portal.noteDeed({ kind: 'join', listId, recordId })
}

function leave(portal: Portal, listId: string, recordId: string): boolean {
  if (portal.lists.joinedAt(listId, recordId) === undefined) return false
  portal.lists.setMember(listId, recordId, undefined)
  portal.noteDeed({ kind: 'leave', listId, recordId })
  return true
}
