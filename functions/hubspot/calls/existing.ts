import type { Answer } from '../../core/hubspot.ts'
import { done } from '../connection.ts'

/** What is to be made and exists already is made. HubSpot says it by 409, and of some things by words alone. */
export function unlessItExists(answer: Answer<void>): Answer<void> {
  if (answer.kind !== 'rejected') return answer
  return answer.status === 409 || answer.errors.some(({ message }) => EXISTS.test(message)) ? done : answer
}

const EXISTS = /\balready (exists|in use)\b/i
