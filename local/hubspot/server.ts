import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { answerControl } from './control.ts'
import { ConnectionLost, type SimulatorRequest, type SimulatorResponse } from './message.ts'
import type { HubSpotSimulator } from './simulator.ts'

export interface Listening {
  /** `http://127.0.0.1:4001`, without a slash. */
  readonly url: string
  readonly port: number
  /** Ends open connections, hanging ones included. */
  close(): Promise<void>
}

const LARGEST_BODY = 16 * 1024 * 1024

/** @throws Error when the port is taken */
export async function serve(hubspot: HubSpotSimulator, port: number, host: string): Promise<Listening> {
  const server = createServer((incoming, outgoing) => {
    answer(hubspot, incoming, outgoing).catch((error: unknown) => fail(outgoing, error))
  })
  // Clients keep connections; an idle one that the server closes first would look like a fault.
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address()
  const actual = typeof address === 'object' && address ? address.port : port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    port: actual,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(hubspot: HubSpotSimulator, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const aborted = new AbortController()
  outgoing.once('close', () => aborted.abort())
  const body = await read(incoming)
  const { method = 'GET', url = '/' } = incoming
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
  const request: SimulatorRequest = { method, url, headers, body }
  const response = answerControl(hubspot, request) ?? (await hubspot.handle(request, { signal: aborted.signal }))
  send(outgoing, response)
}

function send(outgoing: ServerResponse, { status, headers, body }: SimulatorResponse): void {
  if (outgoing.destroyed) return
  const length = status === 204 ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  outgoing.writeHead(status, { ...headers, ...length })
  outgoing.end(body)
}

function fail(outgoing: ServerResponse, error: unknown): void {
  if (error instanceof ConnectionLost && error.how === 'reset') outgoing.socket?.resetAndDestroy()
  else if (error instanceof ConnectionLost || outgoing.headersSent) outgoing.destroy()
  else {
    // Not HubSpot's doing: say so where nobody can mistake it for a fault that was asked for.
    console.error('The HubSpot simulator failed:', error)
    send(outgoing, { status: 500, headers: { 'content-type': 'text/plain' }, body: 'The simulator itself failed.' })
  }
}

async function read(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > LARGEST_BODY) throw new ConnectionLost('closed')
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}
