import { eraseRecord } from '../crm/archive.ts'
import { find } from '../crm/find.ts'
import { resourceNotFound } from '../errors.ts'
import { type Answer, bodyOf, type ObjectCall, optionalString, requiredString } from './call.ts'

/** facts §14: 204 whether or not there was one; an unknown email is blocked for ever. */
export function gdprDelete(call: ObjectCall): Answer {
  const { portal, space } = call
  // Only people have a right to be forgotten.
  if (!space.type.hasEmails) throw resourceNotFound()
  const body = bodyOf(call)
  const objectId = requiredString(body, 'objectId')
  const idProperty = optionalString(body, 'idProperty')
  const record = find(portal, space, objectId, idProperty)
  const erased = eraseRecord(portal, space, record?.id ?? objectId)
  if (!erased && idProperty === 'email') portal.block(objectId.trim().toLowerCase())
  return { status: 204 }
}
