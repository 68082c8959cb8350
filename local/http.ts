import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'

/** Answers a request as the Lambda functions behind API Gateway would. */
export type HandlerRouter = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>

export interface HttpApi {
  readonly url: string
  /** Takes no more requests, and resolves when those under way are answered. */
  close(): Promise<void>
}

/** API Gateway's own limit, in bytes. */
const LARGEST_PAYLOAD = 10 * 1024 * 1024

/**
 * Stands in for API Gateway's HTTP API: turns requests into its events (payload format 2.0) and results into answers.
 * Listens on loopback only. @param port 0 takes any free one. @param report is told why a request was answered with 500.
 */
export async function serve(
  handlerRouter: HandlerRouter,
  port: number,
  report: (error: unknown) => void = error => console.error(error),
): Promise<HttpApi> {
  const server = createServer((request, response) => {
    answer(handlerRouter, request, response).catch(error => {
      report(error)
      send(response, { statusCode: 500, body: '{"error":"Internal Server Error"}' })
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${taken}`,
    close: async () => {
      const closed = new Promise(resolve => server.close(resolve))
      server.closeIdleConnections()
      await closed
    },
  }
}

async function answer(handlerRouter: HandlerRouter, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await payload(request)
  if (body === 'too large')
    return send(response, {
      statusCode: 413,
      headers: { connection: 'close' },
      body: '{"error":"The body is larger than 10 MB: send smaller batches."}',
    })
  if (body === 'broken off') return
  send(response, await handlerRouter(eventOf(request, body)))
}

async function payload(request: IncomingMessage): Promise<Buffer | 'too large' | 'broken off'> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request) {
      size += chunk.length
      // Read to its end all the same: a sender who is still sending would not see the answer.
      if (size <= LARGEST_PAYLOAD) chunks.push(chunk)
      if (size > 10 * LARGEST_PAYLOAD) break
    }
  } catch {
    return 'broken off'
  }
  return size > LARGEST_PAYLOAD ? 'too large' : Buffer.concat(chunks)
}

function eventOf(request: IncomingMessage, body: Buffer): APIGatewayProxyEventV2 {
  // Nothing is decoded: a malformed escape is the handler's to judge.
  const [rawPath = '/', rawQueryString = ''] = splitOnce(request.url ?? '/', '?')
  const method = request.method ?? 'GET'
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  const asText = isText(headers, body)
  const now = new Date()
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers,
    requestContext: {
      accountId: 'local',
      apiId: 'local',
      domainName: '127.0.0.1',
      domainPrefix: 'local',
      http: {
        method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(asText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !asText,
  }
}

/** API Gateway passes text as it is and everything else, compressed text and forms included, in base64. */
function isText(headers: Readonly<Record<string, string>>, body: Buffer): boolean {
  const type = headers['content-type'] ?? ''
  const textual = /^(text\/|application\/(json|javascript|xml|[\w.-]+\+json)\b)/i.test(type)
  return textual && headers['content-encoding'] === undefined && body.equals(Buffer.from(body.toString()))
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

function send(response: ServerResponse, result: APIGatewayProxyStructuredResultV2): void {
  response.statusCode = result.statusCode ?? 200
  for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, String(value))
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'application/json')
  response.end(result.isBase64Encoded ? Buffer.from(result.body ?? '', 'base64') : (result.body ?? ''))
}
