import type { HttpRequest } from '../../functions/runtime/http.ts'
import { invocationOf } from '../../functions/runtime/without-lambda.ts'

/** A request as API Gateway hands it over. */
export const httpRequest = (given: {
  readonly path: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}): HttpRequest => {
  const { path, method = 'POST', headers = {}, body = '' } = given
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers,
    requestContext: {
      accountId: 'account',
      apiId: 'api',
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: 'request',
      routeKey: '$default',
      stage: '$default',
      time: '01/Nov/2026:12:00:00 +0000',
      timeEpoch: Date.UTC(2026, 10, 1, 12),
    },
    body: typeof body === 'string' ? body : Buffer.from(body).toString('base64'),
    isBase64Encoded: typeof body !== 'string',
  }
}

/** @param remaining milliseconds until Lambda would end the invocation */
export const lambdaContext = (remaining = 15_000) => invocationOf('invocation-1', () => remaining)
