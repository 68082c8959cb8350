import type { Json } from '../../../functions/core/types.ts'
import type { HttpRequest } from '../../../functions/runtime/http.ts'
import { httpRequest } from '../../support/http-request.ts'
import { signedHeaders } from '../../support/hubspot-webhooks.ts'
import { signed } from './deeds.ts'
import type { World } from './world.ts'

/** What opens the doors of this world. */
export const KEYS = {
  write: 'key7x-write',
  admin: 'key7x-admin',
  signing: 'key7x-signing',
  webhook: 'key7x-webhook',
} as const

const basic = (key: string): string => `Basic ${Buffer.from(`${key}:`).toString('base64')}`

interface Answer {
  readonly statusCode: number
}

/** The product's servers. Whatever was not answered with 202 is sent again, word for word, until it is. */
export class Product {
  readonly #world: World
  /** Requests that have not been answered for. */
  underWay = 0
  /** Message ids, and the users deleted, that were answered 202. */
  readonly accepted: string[] = []
  /** Requests that were let in and should not have been. */
  readonly forged: string[] = []

  constructor(world: World) {
    this.#world = world
  }

  async call(
    type: 'identify' | 'alias' | 'track' | 'group' | 'batch',
    body: { readonly messageId: string; readonly [field: string]: Json },
  ): Promise<void> {
    const text = JSON.stringify(body)
    const headers = { 'content-type': 'application/json', authorization: basic(KEYS.write) }
    const answer = await this.#until(httpRequest({ path: `/v1/${type}`, headers, body: text }))
    if (answer === 202) this.accepted.push(body.messageId)
    this.#world.hold('an event that is fine is taken', answer === 202, () => `${body.messageId} was answered ${answer}`)
  }

  async delete(user: string): Promise<void> {
    const headers = { authorization: basic(KEYS.admin) }
    const path = `/v1/users/${encodeURIComponent(user)}`
    await this.#until(httpRequest({ method: 'DELETE', path, headers }))
  }

  async forge(how: 'key' | 'signature' | 'stale' | 'webhook', user: string, at: number): Promise<void> {
    const world = this.#world
    if (how === 'webhook') return this.#forgeWebhook(at)
    const body = JSON.stringify({ userId: user, traits: { city: 'forged' }, messageId: `forged-${at}` })
    const seconds = Math.floor(world.now() / 1_000)
    const headers = {
      key: { authorization: basic('key7x-wrong') },
      signature: signed('key7x-other', 'id', seconds, body),
      stale: signed(KEYS.signing, 'id', seconds - 3_600, body),
    }[how]
    world.count(`forged: ${how}`)
    const answer = await this.#ask(httpRequest({ path: '/v1/identify', headers, body }))
    world.hold('nothing unsigned gets in', answer !== 202, () => `a forged request (${how}) was answered 202`)
  }

  async #forgeWebhook(at: number): Promise<void> {
    const world = this.#world
    const events = [{ subscriptionType: 'contact.deletion', objectId: 900_000 + at, portalId: world.hubspot.portalId }]
    const [body, uri] = [JSON.stringify(events), 'https://api.example.com/hubspot/webhooks']
    const headers = signedHeaders({ uri, body, secret: 'key7x-other', timestamp: world.now() })
    world.count('forged: webhook')
    const answer = await world
      .invoke('notice', httpRequest({ path: '/hubspot/webhooks', headers, body }))
      .catch(() => undefined)
    const status = isAnswer(answer) ? answer.statusCode : undefined
    world.hold('nothing unsigned gets in', status !== 202, () => 'a forged webhook was answered 202')
  }

  async #until(request: HttpRequest): Promise<number> {
    const { scheduler } = this.#world
    this.underWay += 1
    for (let pause = 500; ; pause = Math.min(2 * pause, 20_000)) {
      const answer = await this.#ask(request)
      if (answer !== undefined && answer < 500) {
        this.underWay -= 1
        return answer
      }
      await scheduler.sleep(pause, 'product sends again')
    }
  }

  async #ask(request: HttpRequest): Promise<number | undefined> {
    try {
      const answer = await this.#world.invoke('receive', request)
      return isAnswer(answer) ? answer.statusCode : undefined
    } catch {
      return undefined
    }
  }
}

export const isAnswer = (answer: unknown): answer is Answer =>
  typeof answer === 'object' && answer !== null && 'statusCode' in answer && typeof answer.statusCode === 'number'
