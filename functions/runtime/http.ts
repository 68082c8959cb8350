import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import type { Platform } from './platform.ts'

export type HttpRequest = APIGatewayProxyEventV2
export type HttpAnswer = APIGatewayProxyStructuredResultV2
type Headers = Readonly<Record<string, string>>

/** A JSON answer. */
export const answer = (statusCode: number, body: object, headers: Headers = {}): HttpAnswer => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

/** Thrown to answer a request with an error. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly status: number
  readonly headers: Headers
  readonly details: object

  /** @param message for the sender: what is wrong and what to do. Repeats nothing of the request. */
  constructor(status: number, message: string, extra: { headers?: Headers; details?: object } = {}) {
    super(message)
    this.status = status
    this.headers = extra.headers ?? {}
    this.details = extra.details ?? {}
  }
}

/** For a 503: when to send the request again, in seconds. */
export const RETRY_LATER = { headers: { 'retry-after': '5' } }

/** Answers `Refused` as it asks, and anything else with a 500 that keeps its reason in the log. */
export function jsonErrors({ log, metrics }: Pick<Platform, 'log' | 'metrics'>): MiddlewareObj<unknown, unknown> {
  return {
    onError: request => {
      const { error } = request
      if (error instanceof Refused) {
        metrics.add('RequestsRefused', 1)
        request.response = answer(error.status, { error: error.message, ...error.details }, error.headers)
        return
      }
      log.error('The request failed', { error: error?.name, stack: stackOf(error) })
      request.response = answer(500, {
        error: 'Something went wrong here: send the request again, and tell the operator.',
      })
    },
  }
}

/** Where it happened, without the message: that may hold what the sender sent. */
const stackOf = (error: Error | null | undefined): string | undefined =>
  error?.stack
    ?.split('\n')
    .filter(line => line.startsWith('    at '))
    .join('\n')
