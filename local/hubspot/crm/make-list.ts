import { HubSpotError, invalid } from '../errors.ts'
import type { Portal } from '../portal.ts'
import type { RecordList } from './lists.ts'

export interface ListSketch {
  readonly name: string
  /** As in paths: `contacts` (default) or `0-1`. */
  readonly type?: string
  readonly processingType?: RecordList['processingType']
}

/** @throws HubSpotError 400 for a taken name (facts §10 B: names are unique in a portal) */
export function makeList(portal: Portal, sketch: ListSketch): RecordList {
  const { name, type = 'contacts', processingType = 'MANUAL' } = sketch
  const { typeId } = portal.space(type).type
  refuseTakenName(portal, name)
  const now = portal.clock.now()
  const id = String(portal.lists.all().length + 1)
  return portal.lists.put({ id, name, typeId, processingType, createdAt: now, updatedAt: now })
}

export function refuseTakenName(portal: Portal, name: string): void {
  if (liveLists(portal).some(list => list.name === name)) {
    throw invalid(`List names must be unique. There is already a list with the name ${name}.`, {
      subCategory: 'ILS.DUPLICATE_LIST_NAMES',
      context: { listName: [name] },
    })
  }
}

export const liveLists = (portal: Portal): RecordList[] =>
  portal.lists.all().filter(({ deletedAt }) => deletedAt === undefined)

/** @throws HubSpotError 404 */
export function requireList(portal: Portal, id: string): RecordList {
  const list = portal.lists.get(id)
  if (list && list.deletedAt === undefined) return list
  throw listNotFound(`List does not exist with ID ${id}.`)
}

/** @throws HubSpotError 404 */
export function requireListByName(portal: Portal, type: string, name: string): RecordList {
  const { typeId } = portal.space(type).type
  const list = liveLists(portal).find(candidate => candidate.typeId === typeId && candidate.name === name)
  if (list) return list
  throw listNotFound(`List does not exist with name ${name} and object type ID ${typeId}.`)
}

const listNotFound = (message: string) => new HubSpotError(404, { message, category: 'OBJECT_NOT_FOUND' })
