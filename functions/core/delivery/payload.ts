import { sameValue } from '../coerce.ts'
import { uniqueIdOf, wantedEmail } from '../identity.ts'
import type { Problem } from '../record.ts'
import { NO_SUCH_PROPERTY } from '../unknown.ts'
import {
  type Grounds,
  holding,
  isPointless,
  misfit,
  type Part,
  type Payload,
  partOf,
  refusalOf,
  type Wish,
  wishesIn,
} from './parts.ts'
import type { Work, World } from './work.ts'

interface Call {
  readonly creating: boolean
  /** What to do with the address: it is the caller's to judge. */
  readonly email: 'send' | 'confirmed' | Problem
}

/** Every property whose version is above the delivered one, and every withheld one whose obstacle is gone. */
export function payloadFor(work: Work, world: World, call: Call): Payload {
  const { record, delivered } = work
  const { contacts } = world.config
  const payload: Payload = { properties: {}, withheld: new Map() }
  const grounds = groundsOf(work, world, call.creating)
  for (const wish of wishesIn(record.folded, grounds)) {
    const part = wish.name === 'email' ? emailPart(wish, call, grounds) : partOf(wish, grounds)
    if (part.send !== undefined) payload.properties[wish.name] = part.send
    if (part.hold) payload.withheld.set(wish.name, part.hold)
  }
  const id = uniqueIdOf(record.key)
  const carried = work.facts.byVid?.properties[contacts.uniqueProperty]
  // Whoever was deleted and comes back is made anew, whatever had been delivered.
  const isNew = call.creating || delivered.version === 0
  if (id !== undefined && isNew && carried !== id) payload.properties[contacts.uniqueProperty] = id
  return payload
}

function groundsOf(work: Work, { schema, config }: World, creating: boolean): Grounds {
  const { createOnly, fields } = config.contacts
  const isCreateOnly = (name: string): boolean => {
    const field = fields[name]
    return createOnly.includes(name) || (typeof field === 'object' && field.createOnly === true && name !== 'email')
  }
  const held: Grounds['held'] = (name, value) => heldAs(name, value, work, schema)
  const { delivered, facts } = work
  const { timeZone } = config
  return {
    delivered,
    schema,
    refused: facts.refused,
    timeZone,
    creating,
    isCreateOnly,
    lacking: NO_SUCH_PROPERTY,
    held,
  }
}

function emailPart(wish: Wish, { creating, email }: Call, grounds: Grounds): Part {
  const obstacle = typeof email === 'object' ? email : refusalOf(wish.name, wish.newest, grounds)
  if (obstacle) return { hold: holding(wish, obstacle, grounds.schema) }
  return {
    ...(email === 'send' && wish.value !== undefined && !isPointless(wish, creating) ? { send: wish.value } : {}),
    ...misfit(wish, grounds.schema),
  }
}

/** Whether the wanted address is one that may be sent at all: fit, and not refused before. */
export function emailObstacle({ record, delivered, facts }: Work, { schema }: World): Problem | undefined {
  const wanted = wantedEmail(record)
  return wanted === undefined ? undefined : refusalOf('email', wanted, { delivered, refused: facts.refused, schema })
}

/** What reading HubSpot back has shown of a property whose last write nobody answered for. */
function heldAs(
  name: string,
  value: string,
  { delivered, facts }: Work,
  { properties }: World['schema'],
): 'same' | 'different' | undefined {
  const held = facts.byVid?.properties[name]
  if (held === undefined || !delivered.suspects.includes(name)) return undefined
  return sameValue(value, held, properties.get(name)?.type ?? 'string') ? 'same' : 'different'
}
