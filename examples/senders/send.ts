import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { Calls } from 'vidsync'

const URL = process.env.VIDSYNC_URL ?? 'http://127.0.0.1:4000'
const KEY = process.env.WRITE_KEY ?? 'local'
/** Milliseconds before each further try. */
const WAITS = [200, 1_000, 3_000]

/**
 * Sends one call, and again where nobody knows whether it arrived: with the id and the time that it gets here, what had
 * arrived counts once. Whoever cannot wait sends it from a queue of their own.
 * @throws Error when it was refused, or could not be sent
 */
export async function send<Type extends keyof Calls>(type: Type, call: Calls[Type]): Promise<void> {
  const body = JSON.stringify({ messageId: randomUUID(), timestamp: new Date(), ...call })
  for (const wait of [...WAITS, undefined]) {
    const response = await post(type, body)
    if (response?.ok) return
    const again = response === undefined || response.status === 429 || response.status >= 500
    if (!again || wait === undefined) throw new Error(`vidsync: ${response ? await response.text() : 'no answer'}`)
    await setTimeout(wait)
  }
}

const post = (type: string, body: string): Promise<Response | undefined> =>
  fetch(`${URL}/v1/${type}`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${KEY}:`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body,
    signal: AbortSignal.timeout(10_000),
  }).catch(() => undefined)
