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

/**
 * Every property whose version is above the delivered one, and every withheld one whose obstacle is gone. The email is
 * the caller's to judge: `email` says what to do with it.
 */
export function payloadFor(
  work: Work,
  world: World,
  call: { readonly creating: boolean; readonly email: 'send' | 'confirmed' | Problem },
): Payload {
  const { record, delivered } = work
  const { contacts } = world.config
  const properties: Record<string, string> = {}
  const withheld = new Map<string, Withheld>()

  for (const [name, register] of record.folded.registers) {
    // What a deletion emptied is no wish of the user who has come back.
    if (isEmptied(register, record.folded)) continue
    const choice = choose(register, world.schema.properties.get(name))
    const refusal = refusalOf(name, choice.newest, work, world)
    const hold = (problem: Problem): unknown =>
      withheld.set(name, { ...problem, value: fingerprint(choice.newest), schema: world.schema.revision })

    if (!call.creating && contacts.createOnly.includes(name)) {
      // What was wrong with it when the contact was created stays to be seen.
      const wrong = work.facts.refused.get(name) ?? (delivered.version === 0 ? choice.problem : undefined)
      const before = delivered.withheld.get(name)
      if (wrong) hold(wrong)
      else if (before && !isMade(before, name, world)) withheld.set(name, before)
      continue
    }
    if (choice.problem) hold(choice.problem)
    // In a contact that does not exist yet there is nothing to clear.
    const pointless = call.creating && choice.value === ''
    if (name === 'email') {
      if (typeof call.email === 'object') hold(call.email)
      else if (refusal) hold(refusal)
      else if (call.email === 'send' && choice.value !== undefined && !pointless) properties[name] = choice.value
      continue
    }
    if (choice.value === undefined || pointless) continue
    if (refusal) {
      hold(refusal)
      continue
    }
    const before = delivered.withheld.get(name)
    const fallbackSent =
      choice.problem !== undefined &&
      before?.value === fingerprint(choice.newest) &&
      before.code !== NO_SUCH_PROPERTY.code
    const released = before !== undefined && !fallbackSent
    const held = heldAs(name, choice.value, work, world)
    const isNew = register.version > delivered.version || released
    if (held === 'different' || (isNew && held !== 'same')) properties[name] = choice.value
  }
  const id = uniqueIdOf(record.key)
  if (id !== undefined && delivered.version === 0) properties[contacts.uniqueProperty] = id
  return { properties, withheld }
}

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
