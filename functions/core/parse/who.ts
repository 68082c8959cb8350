import { emailOf } from '../email.ts'
import { type ContactKey, type Json, leadKey, userKey } from '../types.ts'
import { readUserId } from './id.ts'
import type { JsonObject } from './json.ts'
import { Rejected } from './rejected.ts'

/**
 * Whom a call is about: the user whom it names, otherwise the lead of an email address. An anonymousId is nobody's.
 * @param where in words, where an address is looked for; `emails`: what stands there, the best first
 * @throws Rejected
 */
export function readWho(call: JsonObject, where: string, emails: readonly (Json | undefined)[]): ContactKey {
  const userId = readUserId('userId', call.userId)
  if (userId !== undefined) return userKey(userId)
  const given = emails.find(email => email !== undefined && email !== null && email !== '')
  const email = emailOf(given)
  if (email !== undefined) return leadKey(email)
  throw new Rejected(
    given === undefined
      ? `The event has neither a userId nor an email ${where}: send one of them.`
      : 'The event has no userId, and its email is not an email address: send one of them.',
  )
}
