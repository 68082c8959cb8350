import type { Priority } from '../event.ts'
import type { ContactKey } from '../types.ts'
import { readId } from './id.ts'
import { type JsonObject, readObject, storableObject } from './json.ts'
import { readPriority } from './priority.ts'
import { Rejected } from './rejected.ts'
import { readWho } from './who.ts'

interface Grouping {
  readonly key: ContactKey
  readonly groupId: string
  /** The group's. */
  readonly traits: JsonObject
  readonly context?: JsonObject
  readonly priority: Priority
}

/** Reads a group call: who belongs to what, and what it says of that. @throws Rejected */
export function readGroup(call: JsonObject, usualPriority: Priority): Grouping {
  const context = readObject('context', call.context)
  const groupId = readId('groupId', call.groupId)
  if (groupId === undefined)
    throw new Rejected('The group call has no groupId: send the id of the company, the team or the account.')
  return {
    // The email among the traits would be the group's.
    key: readWho(call, 'as context.traits.email', [readObject('context.traits', context.traits).email]),
    groupId,
    traits: storableObject(readObject('traits', call.traits)),
    ...(Object.keys(context).length > 0 ? { context: storableObject(context) } : {}),
    priority: readPriority(context) ?? usualPriority,
  }
}
