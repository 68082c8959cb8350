import { mergeRecords } from '../crm/merge.ts'
import { render } from '../crm/render.ts'
import { type Answer, bodyOf, type ObjectCall, requiredString } from './call.ts'

/** facts §5: the id in the answer is that of the merged record. */
export function merge(call: ObjectCall): Answer {
  const { portal, space } = call
  const body = bodyOf(call)
  const primary = requiredString(body, 'primaryObjectId')
  const loser = requiredString(body, 'objectIdToMerge')
  const survivor = portal.journal.attempt(() => mergeRecords(portal, space, primary, loser))
  const properties = [...survivor.properties.keys(), 'hs_merged_object_ids', 'hs_additional_emails']
  return { status: 200, body: render(portal, space, survivor, { properties }) }
}
