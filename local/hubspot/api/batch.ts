import type { CrmRecord } from '../crm/record.ts'
import { duplicateIds, HubSpotError, invalid } from '../errors.ts'
import { isObject, type JsonObject } from '../message.ts'
import { type Answer, bodyOf, type Call, invalidJson, type ObjectCall, optionalString, propertiesOf } from './call.ts'

/** facts §3.1 */
const MOST_INPUTS = 100

/** One input of a batch write. */
export interface BatchInput {
  /** '' in a create. */
  readonly id: string
  readonly idProperty: string | undefined
  readonly properties: JsonObject
  readonly trace: string | undefined
  /** Of a create. */
  readonly associations: unknown
}

/** facts §3.5: a body without inputs is an empty batch. @throws HubSpotError 400 for more than 100 */
export function rawInputs(call: Call, most = MOST_INPUTS): JsonObject[] {
  const { inputs } = bodyOf(call)
  if (inputs === undefined || inputs === null) return []
  if (!Array.isArray(inputs) || !inputs.every(isObject)) throw invalidJson('"inputs" must be a list of objects')
  if (inputs.length > most) {
    throw invalid(`The maximum number of inputs supported in a batch request is ${most}`)
  }
  return inputs
}

export function writeInputs(call: ObjectCall): BatchInput[] {
  return rawInputs(call).map(raw => ({
    id: optionalString(raw, 'id') ?? '',
    idProperty: optionalString(raw, 'idProperty'),
    properties: propertiesOf(raw),
    trace: optionalString(raw, 'objectWriteTraceId'),
    associations: raw.associations,
  }))
}

/** facts §3.3: a batch is partial when every input has a trace id of its own. */
export function isPartial(call: ObjectCall, inputs: readonly BatchInput[]): boolean {
  const traces = new Set(inputs.map(input => input.trace))
  const traced = inputs.length > 0 && !traces.has(undefined) && !traces.has('') && traces.size === inputs.length
  return traced && call.portal.switches.tracesMakePartial
}

/** facts §3.4: fails the whole request, traced or not. @throws HubSpotError 400 */
export function refuseDuplicates(ids: readonly string[]): void {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const id of ids) (seen.has(id) ? twice : seen).add(id)
  if (twice.size > 0) throw duplicateIds([...twice])
}

/** facts §3.4 B: two ids for one record. @throws HubSpotError 400, by switch */
export function refuseSameRecord(
  call: ObjectCall,
  inputs: readonly BatchInput[],
  found: readonly (CrmRecord | undefined)[],
): void {
  if (call.portal.switches.twoIdsOneRecord === 'applied') return
  const first = new Set<string>()
  const doubled = inputs.filter((_, index) => {
    const id = found[index]?.id
    if (id === undefined || !first.has(id)) {
      if (id !== undefined) first.add(id)
      return false
    }
    return true
  })
  if (doubled.length > 0) throw duplicateIds(doubled.map(input => input.id))
}

/** How one input came out: a result, a silent nothing, or an error. */
type Outcome = { readonly result?: JsonObject } | { readonly error: HubSpotError; readonly input: BatchInput }

export interface BatchRules {
  readonly successStatus: 200 | 201
  readonly partial: boolean
  /** facts §3.7 X: what untraced batches do with the good inputs when another one conflicts. */
  readonly keepGood?: boolean
}

/**
 * Applies the inputs one after the other. Partial: a bad one is undone and reported (207). Otherwise the first bad one
 * undoes everything and is thrown (facts §3.3).
 */
export function writeBatch(
  call: ObjectCall,
  inputs: readonly BatchInput[],
  rules: BatchRules,
  apply: (input: BatchInput) => JsonObject | undefined,
): Answer {
  const { journal } = call.portal
  const startedAt = call.portal.clock.now()
  const one = (input: BatchInput): Outcome => {
    try {
      const result = journal.attempt(() => apply(input))
      return result ? { result } : {}
    } catch (error) {
      if (error instanceof HubSpotError) return { error, input }
      throw error
    }
  }
  if (rules.partial) return report(call, inputs.map(one), rules.successStatus, startedAt)
  if (rules.keepGood) {
    const outcomes = inputs.map(one)
    const failed = outcomes.find(outcome => 'error' in outcome)
    if (failed && 'error' in failed) throw failed.error
    return report(call, outcomes, rules.successStatus, startedAt)
  }
  const outcomes = journal.attempt(() =>
    inputs.map((input): Outcome => {
      const result = apply(input)
      return result ? { result } : {}
    }),
  )
  return report(call, outcomes, rules.successStatus, startedAt)
}

function report(call: ObjectCall, outcomes: readonly Outcome[], successStatus: number, startedAt: number): Answer {
  const results: JsonObject[] = []
  const errors: JsonObject[] = []
  for (const outcome of outcomes) {
    if ('error' in outcome) {
      const { trace } = outcome.input
      errors.push(outcome.error.item(trace === undefined ? {} : { objectWriteTraceId: [trace] }))
    } else if (outcome.result) results.push(outcome.result)
  }
  return batchAnswer(call, results, errors, successStatus, startedAt)
}

/** facts §3.2, §3.3: 207 as soon as there are errors. */
export function batchAnswer(
  call: Call,
  results: readonly JsonObject[],
  errors: readonly JsonObject[],
  successStatus: number,
  startedAt: number,
): Answer {
  const { portal } = call
  return {
    status: errors.length > 0 ? 207 : successStatus,
    body: {
      status: 'COMPLETE',
      results: portal.switches.shuffleResults ? portal.random.shuffle(results) : results,
      ...(errors.length > 0 ? { numErrors: errors.length, errors } : {}),
      startedAt: portal.iso(startedAt),
      completedAt: portal.iso(portal.clock.now()),
    },
  }
}
