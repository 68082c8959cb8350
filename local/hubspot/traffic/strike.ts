import { HubSpotError, notAuthenticated } from '../errors.ts'
import { ConnectionLost, isObject, type SimulatorResponse } from '../message.ts'
import { type Answerer, gatewayPage } from './answers.ts'
import type { Fault } from './faults.ts'

/**
 * What a fault that strikes before the request is carried out answers; undefined: it strikes later.
 * @throws ConnectionLost
 */
export function struckBefore(fault: Fault, answers: Answerer): SimulatorResponse | 'never' | undefined {
  switch (fault.kind) {
    case 'drop':
    case 'reset':
    case 'hang':
    case 'error':
      return fault.when === 'before' ? lose(fault, answers) : undefined
    case 'outage':
      return gatewayPage(502)
    case 'locked':
      return answers.error(new HubSpotError(423, { message: 'This resource is locked.', category: 'LOCKED' }))
    case 'migrating': {
      const message = 'This account is being migrated. Try again later.'
      const headers = { 'retry-after': String(fault.retryAfter) }
      return answers.error(new HubSpotError(477, { message, category: 'MIGRATION_IN_PROGRESS' }), undefined, headers)
    }
    case 'throttled':
      return answers.limited(fault.policy)
    case 'unauthorized':
      return answers.error(notAuthenticated())
    case 'refuse': {
      const { status, message, category = 'VALIDATION_ERROR' } = fault
      return answers.error(new HubSpotError(status, { message, category }))
    }
    case 'late':
    case 'latency':
    case 'content-type':
    case 'empty':
    case 'missing':
      return undefined
  }
}

/**
 * What a fault makes of the answer to a request that was carried out.
 * @throws ConnectionLost
 */
export function spoil(fault: Fault, response: SimulatorResponse, answers: Answerer): SimulatorResponse | 'never' {
  switch (fault.kind) {
    case 'drop':
    case 'reset':
    case 'hang':
    case 'error':
      return lose(fault, answers)
    case 'content-type': {
      const { 'content-type': _, ...headers } = response.headers
      return { ...response, headers: fault.type === undefined ? headers : { ...headers, 'content-type': fault.type } }
    }
    case 'empty':
      return { ...response, body: '' }
    case 'missing':
      return withoutResults(response, fault.positions)
    default:
      return response
  }
}

type Loss = Extract<Fault, { kind: 'drop' | 'reset' | 'hang' | 'error' }>

function lose(fault: Loss, answers: Answerer): SimulatorResponse | 'never' {
  switch (fault.kind) {
    case 'drop':
      throw new ConnectionLost('closed')
    case 'reset':
      throw new ConnectionLost('reset')
    case 'hang':
      return 'never'
    case 'error':
      if (fault.html) return gatewayPage(fault.status)
      return answers.error(new HubSpotError(fault.status, { message: 'internal error', category: 'INTERNAL_ERROR' }))
  }
}

function withoutResults(response: SimulatorResponse, positions: readonly number[] | undefined): SimulatorResponse {
  const body: unknown = response.body === '' ? undefined : JSON.parse(response.body)
  if (!isObject(body) || !Array.isArray(body.results)) return response
  const results = body.results.filter((_, index) => positions !== undefined && !positions.includes(index))
  return { ...response, body: JSON.stringify({ ...body, results }) }
}
