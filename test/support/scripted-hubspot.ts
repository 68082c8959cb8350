import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

export type Script = (response: ServerResponse, request: SeenRequest) => void

/** A HubSpot that answers exactly what a test tells it to, however odd: faults are clearest byte by byte. */
export async function startScriptedHubSpot() {
  const seen: SeenRequest[] = []
  let script: Script = json(200, { results: [] })
  const server = createServer(async (incoming, response) => {
    const body = await text(incoming)
    const request = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: body === '' ? undefined : JSON.parse(body),
    }
    seen.push(request)
    script(response, request)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    answer(next: Script) {
      script = next
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export type ScriptedHubSpot = Awaited<ReturnType<typeof startScriptedHubSpot>>

export const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Script =>
  response => {
    response.writeHead(status, { 'content-type': 'application/json;charset=utf-8', ...headers })
    response.end(JSON.stringify(body))
  }

export const raw =
  (status: number, contentType: string | undefined, body: string): Script =>
  response => {
    response.writeHead(status, contentType === undefined ? {} : { 'content-type': contentType })
    response.end(body)
  }
