import type { Priority } from '../event.ts'
import { type ContactKey, userKey } from '../types.ts'
import { readUserId } from './id.ts'
import { type JsonObject, readObject } from './json.ts'
import { readPriority } from './priority.ts'
import { Rejected } from './rejected.ts'

interface Aliasing {
  readonly key: ContactKey
  readonly into: ContactKey
  readonly priority: Priority
}

/** Reads an alias call: which id the user had, and which one they have now. @throws Rejected */
export function readAlias(call: JsonObject, usualPriority: Priority): Aliasing {
  const previousId = readUserId('previousId', call.previousId)
  const userId = readUserId('userId', call.userId)
  if (previousId === undefined)
    throw new Rejected('The alias has no previousId: send the id that the user had before, and as userId the new one.')
  if (userId === undefined)
    throw new Rejected('The alias has no userId: send the id that the user has now, and as previousId the old one.')
  if (previousId === userId)
    throw new Rejected('The previousId and the userId are the same id: send an alias only when they differ.')
  return {
    key: userKey(previousId),
    into: userKey(userId),
    priority: readPriority(readObject('context', call.context)) ?? usualPriority,
  }
}
