import { coerce, sameValue } from '../coerce.ts'
import { fingerprint } from '../fingerprint.ts'
import { isEmptied } from '../identity.ts'
import { choiceOf, propertyOf } from '../mapping/choice.ts'
import type { Rules, RulesOf } from '../mapping/rules.ts'
import type { Delivered, Folded, Problem, Register, Withheld } from '../record.ts'
import type { Schema } from '../schema.ts'
import { NO_SUCH_PROPERTY } from '../unknown.ts'
import { isGuarding, mark, obstacleIn } from './guarding.ts'

/** What a call for one record sends, and what it leaves out although it is new. */
export interface Payload {
  readonly properties: Record<string, string>
  readonly withheld: Map<string, Withheld>
  /** Something is to be sent only if HubSpot, which is to be read first, does not hold something else. */
  readonly unread: boolean
  /** Of properties whose edits are kept: marks of what HubSpot was read to hold, and is to hold. */
  readonly confirmed: ReadonlyMap<string, string>
}

/** What one property adds to the call: the value that is sent, and what is held back of a newer one. */
export interface Part {
  readonly send?: string
  readonly hold?: Withheld
  readonly unread?: true
  readonly confirmed?: string
}

/** What the product wants of one property. */
export interface Wish extends Choice {
  readonly name: string
  readonly register: Pick<Register, 'version'>
}

/** What values are judged by, whatever they are values of. */
export interface Grounds {
  readonly delivered: Delivered
  readonly schema: Schema
  /** HubSpot's word against properties, from this round. */
  readonly refused: ReadonlyMap<string, Problem>
  /** In which dates are meant. */
  readonly timeZone: string
  /** The call makes the record. */
  readonly creating: boolean
  readonly rulesOf: RulesOf
  /** Why the value of a property that the portal lacks is not in HubSpot. */
  readonly lacking: Problem
  /** What is known of a property whose last write nobody answered for: `different` is sent in any case. */
  readonly held: (name: string, value: string) => 'same' | 'different' | undefined
  /** What HubSpot was read to hold of a property; `undefined`: it was not read. */
  readonly standing: (name: string) => string | null | undefined
}

/** Every wish of a record, but what a deletion has emptied: that is no wish of a user who has come back. */
export function* wishesIn(folded: Folded, grounds: Grounds): Generator<Wish> {
  const added = new Map<string, [choice: string, register: Register][]>()
  for (const [name, register] of folded.registers) {
    if (isEmptied(register, folded)) continue
    const [property, choice] = [propertyOf(name), choiceOf(name)]
    if (choice !== undefined) added.set(property, [...(added.get(property) ?? []), [choice, register]])
    else yield { name, register, ...choose(name, register, grounds) }
  }
  for (const [name, choices] of added) yield appending(name, choices, grounds)
}

/**
 * Choices that are added to those that HubSpot holds have a register each; a leading `;` adds. Each is judged by itself:
 * what is no option costs the others nothing.
 */
function appending(name: string, choices: readonly [string, Register][], grounds: Grounds): Wish {
  const { delivered, creating, schema } = grounds
  const all = creating || delivered.withheld.has(name) || delivered.suspects.includes(name)
  const version = Math.max(0, ...choices.map(([, register]) => register.version))
  const property = schema.properties.get(name)
  const addable = !property || property.readOnly || (property.type === 'enumeration' && property.multiple)
  const judged = choices
    .filter(([, register]) => all || register.version > delivered.version)
    .map(([value, { candidates }]) =>
      choose(name, { version, candidates: [{ value, stamp: candidates[0].stamp }] }, grounds),
    )
  const values = addable ? judged.flatMap(({ value }) => (value === undefined ? [] : [value])) : []
  const wrong = addable ? judged.find(({ problem }) => problem)?.problem : NOT_SEVERAL
  const value = values.length === 0 ? undefined : (creating ? '' : ';') + [...new Set(values)].sort().join(';')
  // Named by all that is wanted: with another choice it is another wish.
  const newest = choices
    .map(([choice]) => choice)
    .sort()
    .join(';')
  return { name, register: { version }, newest, value, ...(wrong && judged.length > 0 ? { problem: wrong } : {}) }
}

const NOT_SEVERAL: Problem = {
  code: 'invalid_value',
  message: 'the property has one value in HubSpot: choices can only be added to multiple checkboxes',
}

/** What one property adds to a call. The email of a contact is judged elsewhere. */
export function partOf(wish: Wish, grounds: Grounds): Part {
  const rules = grounds.rulesOf(wish.name)
  if (grounds.creating) return ordinaryPart(wish, grounds)
  if (rules.createOnly) return createOnlyPart(wish, grounds)
  return rules.keepEdits || rules.forward ? guardedPart(wish, rules, grounds) : ordinaryPart(wish, grounds)
}

/** What HubSpot holds is looked at before it is overwritten, once for each new value. */
function guardedPart(wish: Wish, rules: Rules, grounds: Grounds): Part {
  const { delivered, schema } = grounds
  const { name, value, register, newest } = wish
  const before = delivered.withheld.get(name)
  const asBefore = before?.value === fingerprint(newest) && register.version <= delivered.version
  if (before && isGuarding(before.code) && asBefore) return { hold: before }
  const part = ordinaryPart(wish, grounds)
  const [property, theirs] = [schema.properties.get(name), grounds.standing(name)]
  if (!property || value === undefined) return part
  if (theirs === undefined) return part.send === undefined ? part : { ...misfit(wish, schema), unread: true }
  if (sameValue(value, theirs, property.type))
    return { ...misfit(wish, schema), ...(rules.keepEdits ? { confirmed: mark(value, property) } : {}) }
  // What a call of ours may have done that nobody answered for is no edit.
  const keepEdits = rules.keepEdits && !delivered.suspects.includes(name)
  const obstacle = isNew(wish, grounds) && obstacleIn(theirs, value, property, { ...rules, keepEdits }, delivered.sent)
  return obstacle ? { hold: holding(wish, obstacle, schema) } : part
}

/** What exists keeps what it was created with; what was wrong with it then stays to be seen. */
function createOnlyPart(wish: Wish, grounds: Grounds): Part {
  const { delivered, refused, schema } = grounds
  const wrong = refused.get(wish.name) ?? (delivered.version === 0 ? wish.problem : undefined)
  if (wrong) return { hold: holding(wish, wrong, schema) }
  const before = delivered.withheld.get(wish.name)
  return before && !isMade(before, wish.name, schema) ? { hold: before } : {}
}

function ordinaryPart(wish: Wish, grounds: Grounds): Part {
  const { name, value } = wish
  if (value === undefined || isPointless(wish, grounds.creating)) return misfit(wish, grounds.schema)
  const refusal = refusalOf(name, wish.newest, grounds)
  if (refusal) return { hold: holding(wish, refusal, grounds.schema) }
  const held = grounds.held(name, value)
  const missing = held === 'different' || (held !== 'same' && isNew(wish, grounds))
  return { ...(missing ? { send: value } : {}), ...misfit(wish, grounds.schema) }
}

/** Given since the last delivery, or held back at it and not any more. */
function isNew({ name, register, newest, problem }: Wish, { delivered }: Grounds): boolean {
  const before = delivered.withheld.get(name)
  const fallbackSent =
    problem !== undefined && before?.value === fingerprint(newest) && before.code !== NO_SUCH_PROPERTY.code
  return register.version > delivered.version || (before !== undefined && !fallbackSent)
}

/** In what does not exist yet there is nothing to clear. */
export const isPointless = ({ value }: Wish, creating: boolean): boolean => creating && value === ''

export const misfit = (wish: Wish, schema: Schema): Part =>
  wish.problem ? { hold: holding(wish, wish.problem, schema) } : {}

export const holding = ({ newest }: Wish, problem: Problem, { revision }: Schema): Withheld => ({
  ...problem,
  value: fingerprint(newest),
  schema: revision,
})

interface Choice {
  /** The newest value, in HubSpot's form where it has one. */
  readonly newest: string
  /** The newest value that fits the property; `undefined` when none does. */
  readonly value: string | undefined
  /** What is wrong with the newest value. */
  readonly problem?: Problem
}

const READ_ONLY: Problem = { code: 'read_only', message: 'HubSpot does not let this property be written' }

function choose(name: string, register: Register, { schema, lacking, timeZone }: Grounds): Choice {
  const property = schema.properties.get(name)
  const newest = String(register.candidates[0].value)
  if (!property) return { newest, value: undefined, problem: lacking }
  if (property.readOnly) return { newest, value: undefined, problem: READ_ONLY }
  let problem: Problem | undefined
  for (const { value } of register.candidates) {
    const coerced = coerce(value, property, timeZone)
    if (coerced.ok)
      return problem ? { newest, value: coerced.value, problem } : { newest: coerced.value, value: coerced.value }
    problem ??= { code: 'invalid_value', message: coerced.reason }
  }
  return problem ? { newest, value: undefined, problem } : { newest, value: undefined }
}

/** HubSpot had no such property, and has it now: a value for creating alone comes too late. */
const isMade = ({ code }: Withheld, name: string, { properties }: Schema): boolean =>
  code === NO_SUCH_PROPERTY.code && properties.has(name)

/** HubSpot's word against this very value: from this round, or remembered for as long as the schema stays the same. */
export function refusalOf(
  name: string,
  value: string,
  { delivered, refused, schema }: Pick<Grounds, 'delivered' | 'refused' | 'schema'>,
): Problem | undefined {
  const now = refused.get(name)
  if (now) return now
  const before = delivered.withheld.get(name)
  const stands = before?.code === 'rejected' && before.value === fingerprint(value) && before.schema === schema.revision
  return stands ? { code: before.code, message: before.message } : undefined
}
