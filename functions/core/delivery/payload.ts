import { coerce, sameValue } from '../coerce.ts'
import { fingerprint } from '../fingerprint.ts'
import { isEmptied, uniqueIdOf, wantedEmail } from '../identity.ts'
import type { Problem, Register, Withheld } from '../record.ts'
import type { PropertyDefinition } from '../schema.ts'
import { NO_SUCH_PROPERTY } from '../unknown.ts'
import type { Work, World } from './work.ts'

/** What a call for one record sends, and what it leaves out although it is new. */
export interface Payload {
  readonly properties: Record<string, string>
  readonly withheld: Map<string, Withheld>
}

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

  for (const [name, register] of record.folded.registers) {
    // What a deletion emptied is no wish of the user who has come back.
    if (isEmptied(register, record.folded)) continue
    const wish: Wish = { name, register, ...choose(register, world.schema.properties.get(name)) }
    const part = partOf(wish, call, work, world)
    if (part.send !== undefined) properties[name] = part.send
    if (part.hold) withheld.set(name, part.hold)
  }
  const id = uniqueIdOf(record.key)
  const carried = work.facts.byVid?.properties[contacts.uniqueProperty]
  if (id !== undefined && delivered.version === 0 && carried !== id) properties[contacts.uniqueProperty] = id
  return { properties, withheld }
}

/** What one property adds to the call: the value that is sent, and what is held back of a newer one. */
interface Part {
  readonly send?: string
  readonly hold?: Withheld
}

/** What the product wants of one property. */
interface Wish extends Choice {
  readonly name: string
  readonly register: Register
}

function partOf(wish: Wish, call: Call, work: Work, world: World): Part {
  if (!call.creating && world.config.contacts.createOnly.includes(wish.name)) return createOnlyPart(wish, work, world)
  return wish.name === 'email' ? emailPart(wish, call, work, world) : ordinaryPart(wish, call, work, world)
}

/** A contact that exists keeps what it was created with; what was wrong with it then stays to be seen. */
function createOnlyPart(wish: Wish, { facts, delivered }: Work, world: World): Part {
  const wrong = facts.refused.get(wish.name) ?? (delivered.version === 0 ? wish.problem : undefined)
  if (wrong) return { hold: holding(wish, wrong, world) }
  const before = delivered.withheld.get(wish.name)
  return before && !isMade(before, wish.name, world) ? { hold: before } : {}
}

function emailPart(wish: Wish, { creating, email }: Call, work: Work, world: World): Part {
  const obstacle = typeof email === 'object' ? email : refusalOf(wish.name, wish.newest, work, world)
  if (obstacle) return { hold: holding(wish, obstacle, world) }
  return {
    ...(email === 'send' && wish.value !== undefined && !isPointless(wish, creating) ? { send: wish.value } : {}),
    ...misfit(wish, world),
  }
}

function ordinaryPart(wish: Wish, { creating }: Call, work: Work, world: World): Part {
  const { name, value } = wish
  if (value === undefined || isPointless(wish, creating)) return misfit(wish, world)
  const refusal = refusalOf(name, wish.newest, work, world)
  if (refusal) return { hold: holding(wish, refusal, world) }
  const held = heldAs(name, value, work, world)
  const missing = held === 'different' || (held !== 'same' && isNew(wish, work))
  return { ...(missing ? { send: value } : {}), ...misfit(wish, world) }
}

/** Given since the last delivery, or held back at it and not any more. */
function isNew({ name, register, newest, problem }: Wish, { delivered }: Work): boolean {
  const before = delivered.withheld.get(name)
  const fallbackSent =
    problem !== undefined && before?.value === fingerprint(newest) && before.code !== NO_SUCH_PROPERTY.code
  return register.version > delivered.version || (before !== undefined && !fallbackSent)
}

/** In a contact that does not exist yet there is nothing to clear. */
const isPointless = ({ value }: Wish, creating: boolean): boolean => creating && value === ''

const misfit = (wish: Wish, world: World): Part => (wish.problem ? { hold: holding(wish, wish.problem, world) } : {})

const holding = ({ newest }: Wish, problem: Problem, { schema }: World): Withheld => ({
  ...problem,
  value: fingerprint(newest),
  schema: schema.revision,
})

/** Whether the wanted address is one that may be sent at all: fit, and not refused before. */
export function emailObstacle(work: Work, world: World): Problem | undefined {
  const wanted = wantedEmail(work.record)
  return wanted === undefined ? undefined : refusalOf('email', wanted, work, world)
}

interface Choice {
  /** The newest value, in HubSpot's form where it has one. */
  readonly newest: string
  /** The newest value that fits the property; `undefined` when none does. */
  readonly value: string | undefined
  /** What is wrong with the newest value. */
  readonly problem?: Problem
}

function choose(register: Register, property: PropertyDefinition | undefined): Choice {
  const newest = String(register.candidates[0].value)
  if (!property) {
    return {
      newest,
      value: undefined,
      problem: NO_SUCH_PROPERTY,
    }
  }
  if (property.readOnly) {
    return {
      newest,
      value: undefined,
      problem: { code: 'read_only', message: 'HubSpot does not let this property be written' },
    }
  }
  let problem: Problem | undefined
  for (const { value } of register.candidates) {
    const coerced = coerce(value, property)
    if (coerced.ok)
      return problem ? { newest, value: coerced.value, problem } : { newest: coerced.value, value: coerced.value }
    problem ??= { code: 'invalid_value', message: coerced.reason }
  }
  return problem ? { newest, value: undefined, problem } : { newest, value: undefined }
}

/** HubSpot had no such property, and has it now: a value for creating alone comes too late. */
const isMade = ({ code }: Withheld, name: string, { schema }: World): boolean =>
  code === NO_SUCH_PROPERTY.code && schema.properties.has(name)

/** HubSpot's word against this very value: from this round, or remembered for as long as the schema stays the same. */
function refusalOf(name: string, value: string, { delivered, facts }: Work, { schema }: World): Problem | undefined {
  const now = facts.refused.get(name)
  if (now) return now
  const before = delivered.withheld.get(name)
  const stands = before?.code === 'rejected' && before.value === fingerprint(value) && before.schema === schema.revision
  return stands ? { code: before.code, message: before.message } : undefined
}

/** What reading HubSpot back has shown of a property whose last write nobody answered for. */
function heldAs(
  name: string,
  value: string,
  { delivered, facts }: Work,
  { schema }: World,
): 'same' | 'different' | undefined {
  const held = facts.byVid?.properties[name]
  if (held === undefined || !delivered.suspects.includes(name)) return undefined
  return sameValue(value, held, schema.properties.get(name)?.type ?? 'string') ? 'same' : 'different'
}
