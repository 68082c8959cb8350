import { sameValue } from '../coerce.ts'
import { uniqueIdOf, wantedEmail } from '../identity.ts'
import { contactRules } from '../mapping/rules.ts'
import { choicesIn } from '../mapping/wish.ts'
import type { Problem, Withheld } from '../record.ts'
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
  const properties: Record<string, string> = {}
  const withheld = new Map<string, Withheld>()
  const confirmed = new Map<string, string>()
  let unread = false
  const grounds = groundsOf(work, world, call.creating)
  for (const wish of wishesIn(record.folded, grounds)) {
    const part = wish.name === 'email' ? emailPart(wish, call, grounds) : partOf(wish, grounds)
    if (part.send !== undefined) properties[wish.name] = part.send
    if (part.hold) withheld.set(wish.name, part.hold)
    if (part.confirmed !== undefined) confirmed.set(wish.name, part.confirmed)
    unread ||= part.unread === true
  }
  const id = uniqueIdOf(record.key)
  const carried = work.facts.byVid?.properties[contacts.uniqueProperty]
  // Whoever was deleted and comes back is made anew, whatever had been delivered.
  const isNew = call.creating || delivered.version === 0
  if (id !== undefined && isNew && carried !== id) properties[contacts.uniqueProperty] = id
  return { properties, withheld, confirmed, unread }
}

function groundsOf(work: Work, { schema, config }: World, creating: boolean): Grounds {
  const { delivered, facts } = work
  return {
    delivered,
    schema,
    refused: facts.refused,
    creating,
    rulesOf: contactRules(config),
    timeZone: config.timeZone,
    lacking: NO_SUCH_PROPERTY,
    held: (name, value) => heldAs(name, value, work, schema),
    standing: name => (facts.byVid ? (facts.byVid.properties[name] ?? null) : undefined),
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
  // A leading `;` adds: others may be there as well.
  if (value.startsWith(';') && properties.get(name)?.multiple)
    return choicesIn(value).every(choice => choicesIn(held ?? '').includes(choice)) ? 'same' : 'different'
  return sameValue(value, held, properties.get(name)?.type ?? 'string') ? 'same' : 'different'
}
