import { isObject, type JsonObject } from '../parse/json.ts'
import type { Json, Vid } from '../types.ts'

/** The kind of id, as Segment's specification has it in `context.externalIds`. */
const KIND = 'hubspot_vid'

/**
 * The contact that HubSpot has for the user, as the sender knows it: `{"externalIds": [{"type": "hubspot_vid", "id": "51"}]}`.
 * @returns `undefined` when there is none, and for what is no id of HubSpot's
 */
export function hintIn(context: JsonObject = {}): Vid | undefined {
  const { externalIds } = context
  if (!Array.isArray(externalIds)) return undefined
  return externalIds.map(vidIn).find(vid => vid !== undefined)
}

function vidIn(externalId: Json): Vid | undefined {
  if (!isObject(externalId) || externalId.type !== KIND) return undefined
  const { id } = externalId
  const text = typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : id
  return isVid(text) ? text : undefined
}

const isVid = (id: Json | undefined): id is Vid => typeof id === 'string' && /^[1-9]\d{0,18}$/.test(id)
