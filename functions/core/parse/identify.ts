import type { Priority } from '../event.ts'
import type { ContactKey } from '../types.ts'
import { type JsonObject, readObject, storableObject } from './json.ts'
import { readPriority } from './priority.ts'
import { readWho } from './who.ts'

export interface Identification {
  readonly key: ContactKey
  readonly traits: JsonObject
  readonly context?: JsonObject
  readonly priority: Priority
}

/** Reads an identify call: of whom it speaks and what it says. @throws Rejected */
export function readIdentify(call: JsonObject, usualPriority: Priority): Identification {
  const { traits: given, ...context } = readObject('context', call.context)
  // RudderStack's SDKs keep an identify's traits in the context as well, some of them only there.
  const traits = storableObject({
    ...readObject('context.traits', given),
    ...readObject('traits', call.traits),
  })
  return {
    key: readWho(call, 'among its traits', [traits.email]),
    traits,
    ...(Object.keys(context).length > 0 ? { context: storableObject(context) } : {}),
    priority: readPriority(context) ?? usualPriority,
  }
}
