import { emailOf } from '../email.ts'
import type { Priority } from '../event.ts'
import { type ContactKey, type Json, leadKey, userKey } from '../types.ts'
import { readUserId } from './id.ts'
import { type JsonObject, readObject, storableObject } from './json.ts'
import { readPriority } from './priority.ts'
import { Rejected } from './rejected.ts'

export interface Identification {
  readonly key: ContactKey
  readonly traits: { readonly [trait: string]: Json }
  readonly priority: Priority
}

/** Reads an identify call: of whom it speaks and what it says. @throws Rejected */
export function readIdentify(call: JsonObject, usualPriority: Priority): Identification {
  const context = readObject('context', call.context)
  // RudderStack's SDKs keep an identify's traits in the context as well, some of them only there.
  const traits = storableObject({
    ...readObject('context.traits', context.traits),
    ...readObject('traits', call.traits),
  })
  return { key: readKey(call, traits), traits, priority: readPriority(context) ?? usualPriority }
}

function readKey(call: JsonObject, traits: JsonObject): ContactKey {
  const userId = readUserId('userId', call.userId)
  if (userId !== undefined) return userKey(userId)
  const email = emailOf(traits.email)
  if (email !== undefined) return leadKey(email)
  throw new Rejected(
    traits.email === undefined || traits.email === null || traits.email === ''
      ? 'The event has neither a userId nor an email among its traits: send one of them.'
      : 'The event has no userId, and its email is not an email address: send one of them.',
  )
}
