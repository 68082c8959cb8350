import type { Answer } from '../hubspot.ts'
import type { Capability, DelivererState, Pause } from '../store.ts'
import type { Millis } from '../types.ts'

const FIRST = 1_000
const LONGEST = 30_000
/** 401, 403, the daily limit, another portal: a person must act, or midnight must come. */
const ACCOUNT = 300_000
/** What ends by itself. */
const QUICK: ReadonlySet<Pause['code']> = new Set(['throttled', 'unavailable'])

/** Why deliveries stop for a while. */
export interface Obstacle {
  readonly code: Pause['code']
  readonly reason: string
  readonly retryAfter?: Millis
  /** A write met it. */
  readonly write?: true
}

/** What a person has to do. HubSpot's own words say only what is wrong, and not where its token is kept. */
const ADVICE: Partial<Readonly<Record<Pause['code'], string>>> = {
  unauthorized: 'Check the HubSpot access token (HUBSPOT_ACCESS_TOKEN, or hubspotAccessToken in the secret).',
  forbidden: 'Check the scopes of the HubSpot access token.',
}

/** What an answer says about the portal, if it says anything. */
export function obstacleIn(answer: Answer<unknown>): Obstacle | undefined {
  switch (answer.kind) {
    case 'ok':
    case 'rejected':
      return undefined
    case 'throttled':
      return {
        code: 'throttled',
        reason: answer.message,
        ...(answer.retryAfter === undefined ? {} : { retryAfter: answer.retryAfter }),
      }
    case 'account':
      return { code: answer.code, reason: [ADVICE[answer.code] ?? [], answer.message].flat().join(' ') }
    case 'unavailable':
      return { code: 'unavailable', reason: answer.message }
  }
}

/**
 * What an obstacle stops: where a token lacks a scope, or the account a tier, that part of HubSpot alone; a token that is
 * not good at all, and a day's last call, stop everything, as a pause of contacts does.
 */
export const stoppedBy = ({ code }: Obstacle, capability: Capability): Capability =>
  code === 'unauthorized' || code === 'daily_limit' || code === 'other_portal' ? 'contacts' : capability

/**
 * The pauses after an obstacle: 1 s, doubling to 30 s with every further one, or five minutes where a person must act.
 * Answers of calls that were under way when the pause began do not make it longer.
 */
export function pauseFor(pauses: readonly Pause[], capability: Capability, obstacle: Obstacle, now: Millis): Pause[] {
  const before = pauses.find(pause => pause.capability === capability)
  if (before && before.until > now) return [...pauses]
  const quick = QUICK.has(obstacle.code)
  const usual = quick ? Math.min(before ? before.length * 2 : FIRST, LONGEST) : ACCOUNT
  const length = Math.max(usual, obstacle.retryAfter ?? 0)
  const { code, reason } = obstacle
  const write = obstacle.write ?? before?.write
  const pause: Pause = {
    ...{ capability, code, reason, until: now + length, length: quick ? usual : FIRST },
    ...(write ? { write } : {}),
  }
  return [...pauses.filter(other => other !== before), pause]
}

/**
 * A success ends the trouble: the next pause is short again. Trouble with writes ends with the success of a write:
 * every one of them is read back, and HubSpot may well be readable for as long as it cannot be written.
 */
export const resume = (pauses: readonly Pause[], capability: Capability, success: 'read' | 'write'): Pause[] =>
  pauses.filter(pause => pause.capability !== capability || (pause.write === true && success === 'read'))

/** Whether trouble has been met again when it was tried whether it is over. */
export const isPersistent = ({ length }: Pause): boolean => length > FIRST

/**
 * For a process that has just begun: whoever acted may have started it for that very reason, with another token. A pause
 * that waits for a person ends now; the trouble does not, so that one call tries whether it is over.
 */
export function tryAgain(state: DelivererState, now: Millis): DelivererState {
  const waits = ({ code, until }: Pause) => !QUICK.has(code) && until > now
  if (!state.pauses.some(waits)) return state
  return { ...state, pauses: state.pauses.map(pause => (waits(pause) ? { ...pause, until: now } : pause)) }
}
