import { isObject, type JsonObject } from '../message.ts'
import type { Fault, FaultMatch, FaultRule, When } from './faults.ts'
import type { LimitPolicy } from './limits.ts'

/** A rule as it comes over HTTP: patterns are strings. @throws Error that says what is wrong */
export function parseFaultRule(raw: JsonObject): FaultRule {
  const { match, fault, times } = raw
  if (!isObject(fault)) throw new Error('"fault" must be an object with a "kind".')
  return {
    fault: parseFault(fault),
    ...(isObject(match) ? { match: parseMatch(match) } : {}),
    ...(typeof times === 'number' ? { times } : {}),
  }
}

function parseFault(raw: JsonObject): Fault {
  const { kind } = raw
  switch (kind) {
    case 'latency':
      return { kind, for: number(raw, 'for') }
    case 'drop':
    case 'reset':
    case 'hang':
      return { kind, when: when(raw) }
    case 'late': {
      const answer = (['drop', 'hang', 'error'] as const).find(known => known === raw.answer)
      return { kind, after: number(raw, 'after'), ...(answer ? { answer } : {}) }
    }
    case 'error':
      return { kind, status: number(raw, 'status'), when: when(raw), html: raw.html === true }
    case 'locked':
    case 'unauthorized':
    case 'outage':
    case 'empty':
      return { kind }
    case 'migrating':
      return { kind, retryAfter: number(raw, 'retryAfter') }
    case 'throttled':
      return { kind, policy: policy(raw) }
    case 'content-type':
      return typeof raw.type === 'string' ? { kind, type: raw.type } : { kind }
    case 'missing': {
      const positions = Array.isArray(raw.positions) ? raw.positions.map(Number) : undefined
      return positions ? { kind, positions } : { kind }
    }
    case 'refuse':
      return { kind, status: number(raw, 'status'), message: String(raw.message ?? 'Invalid request') }
    default:
      throw new Error(`There is no fault of the kind ${JSON.stringify(kind)}.`)
  }
}

function parseMatch(raw: JsonObject): FaultMatch {
  const { method, path, body, nth, probability } = raw
  return {
    ...(typeof method === 'string' ? { method } : {}),
    ...(typeof path === 'string' ? { path } : {}),
    ...(typeof body === 'string' ? { body } : {}),
    ...(typeof nth === 'number' ? { nth } : {}),
    ...(isObject(nth) ? { nth: { every: number(nth, 'every') } } : {}),
    ...(typeof probability === 'number' ? { probability } : {}),
  }
}

function when(raw: JsonObject): When {
  return raw.when === 'before' ? 'before' : 'after'
}

function policy(raw: JsonObject): LimitPolicy {
  const policies: readonly LimitPolicy[] = ['TEN_SECONDLY_ROLLING', 'DAILY', 'SECONDLY']
  const found = policies.find(known => known === raw.policy)
  if (!found) throw new Error(`"policy" must be one of ${policies.join(', ')}.`)
  return found
}

function number(raw: JsonObject, name: string): number {
  const value = raw[name]
  if (typeof value !== 'number') throw new Error(`"${name}" must be a number.`)
  return value
}
