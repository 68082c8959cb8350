import { uniqueIdOf } from '../identity.ts'
import { adoption } from './adopt.ts'
import { ownershipNow } from './standing.ts'
import type { Step, Work, World } from './work.ts'

/**
 * For whoever is to get no contact any more: one may have been made by a call that nobody answered for. It is looked for
 * and linked, so that it is known whose it is. `undefined`: there is none.
 */
export function linkUnseen(work: Work, world: World): Step | undefined {
  const { record, delivered, facts } = work
  const id = uniqueIdOf(record.key)
  const maybeCreated = delivered.maybeCreated || record.verify > delivered.verified
  if (delivered.vid !== undefined || !maybeCreated || id === undefined) return undefined
  const contact = facts.byId
  if (contact === undefined) return { do: 'read', by: 'id', ids: [id] }
  const ownership = contact && ownershipNow(work, contact, world)
  if (!contact || ownership?.whose !== 'ours') return undefined
  return adoption(contact, ownership, { primary: true, keepEmail: false })
}
