import { type Fetch, TIMEOUTS } from '../../functions/hubspot/transport.ts'
import type { Clock } from '../../functions/runtime/platform.ts'
import { ConnectionLost, type HubSpotSimulator } from '../../local/hubspot/index.ts'

/**
 * `fetch` over a simulator without a socket, on a virtual clock. What the real one does with the adapter's timeouts in
 * real time, this one does in virtual time; lost connections are errors as undici throws them.
 */
export function fetchFrom(hubspot: HubSpotSimulator, clock: Clock): Fetch {
  return async (input, init = {}) => {
    const url = new URL(String(input))
    const { method = 'GET', body } = init
    const aborted = new AbortController()
    const answer = hubspot.handle(
      {
        method,
        url: url.pathname + url.search,
        headers: Object.fromEntries(new Headers(init.headers)),
        ...(typeof body === 'string' ? { body } : {}),
      },
      { signal: aborted.signal },
    )
    const reads = method === 'GET' || /\/(batch\/read|search)$/.test(url.pathname)
    const timeout = clock.sleep(reads ? TIMEOUTS.read : TIMEOUTS.write).then(() => 'timeout' as const)
    try {
      const response = await Promise.race([answer, timeout])
      if (response === 'timeout') throw new DOMException('The operation was aborted due to timeout', 'TimeoutError')
      return new Response(response.status === 204 ? null : response.body, response)
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error
      const code = error.how === 'reset' ? 'ECONNRESET' : 'UND_ERR_SOCKET'
      throw new TypeError('fetch failed', { cause: Object.assign(new Error(error.message), { code }) })
    } finally {
      aborted.abort()
      answer.catch(() => undefined)
    }
  }
}
