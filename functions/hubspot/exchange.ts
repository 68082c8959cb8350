import type { Exchange } from '../core/call-log.ts'
import type { Answer } from '../core/hubspot.ts'
import type { Millis } from '../core/types.ts'
import type { Reply } from './classify.ts'
import type { Request } from './requests/request.ts'

/**
 * A request and its answer as the call log knows them.
 * @param at when it was sent
 */
export function exchangeOf(
  request: Request,
  reply: Reply,
  answer: Answer<unknown>,
  at: Millis,
  duration: Millis,
): Exchange {
  const correlationId = 'correlationId' in answer ? answer.correlationId : correlationOf(reply)
  return {
    operation: request.operation,
    method: request.method,
    path: pathOf(request.url),
    ...('status' in reply && { status: reply.status }),
    ...(correlationId !== undefined && { correlationId }),
    at: Math.round(at),
    duration: Math.round(duration),
  }
}

const correlationOf = (reply: Reply): string | undefined =>
  'status' in reply ? reply.headers['x-hubspot-correlation-id'] : undefined

/** HubSpot's ids stay. An address, which one old call has in its path, does not. */
const pathOf = (url: string): string => new URL(url).pathname.replace(/[^/]*(@|%40)[^/]*/gi, '…')
