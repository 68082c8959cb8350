import { describe, expect, it } from 'vitest'
import { parseRequest } from '../../../functions/core/parse/request.ts'
import { isSigned } from '../../../functions/runtime/authentication.ts'
import { type Batch, type Calls, type IdentifyCall, signedHeaders } from '../../../index.ts'

const BASE64 = `whsec_${Buffer.from('a shared secret').toString('base64')}`
const AT = new Date('2026-11-22T00:00:00Z')

describe('signed headers', () => {
  it.each([BASE64, 'a plain secret'])('are those that receive lets in: %s', secret => {
    const body = '{"userId":"u1"}'
    const headers = signedHeaders({ secret, body, at: AT })

    expect(isSigned(headers, Buffer.from(body), [secret], AT.getTime())).toBe(true)
    expect(isSigned(headers, Buffer.from(`${body} `), [secret], AT.getTime())).toBe(false)
    expect(isSigned(headers, Buffer.from(body), ['another secret'], AT.getTime())).toBe(false)
  })

  it('name the request anew each time, unless it is sent again', () => {
    const [one, another] = [1, 2].map(() => signedHeaders({ secret: BASE64, body: '{}', at: AT })['webhook-id'])
    const again = signedHeaders({ secret: BASE64, body: '{}', id: 'request-1', at: AT })

    expect(one).not.toBe(another)
    expect(again['webhook-id']).toBe('request-1')
  })
})

/** One of each, with all that their types allow. */
const every: Calls = {
  identify: { userId: 7, traits: { email: 'ada@example.com', company: { name: 'Acme' }, tags: ['a'], phone: null } },
  track: {
    userId: 'u1',
    event: 'Order Completed',
    properties: { total: 12.5 },
    messageId: 'm1',
    timestamp: AT.getTime(),
  },
  group: { userId: 'u1', groupId: 7, traits: { name: 'Acme' } },
  page: { userId: 'u1', context: { traits: { email: 'ada@example.com' }, vidsync: { priority: 'bulk' } } },
  screen: { anonymousId: 'a1', name: 'Home', context: { traits: { email: 'lead@example.com' } } },
  alias: { previousId: 'a', userId: 'b' },
}

describe('the types of calls', () => {
  it('allow nothing that receive refuses', () => {
    const { identify, track, group, page, screen, alias } = every
    const batch: Batch = {
      batch: [
        { type: 'identify', ...identify },
        { type: 'track', ...track },
        { type: 'group', ...group },
        { type: 'page', ...page },
        { type: 'screen', ...screen },
        { type: 'alias', ...alias },
      ],
      sentAt: AT.toISOString(),
    }
    const body = JSON.parse(JSON.stringify(batch))

    const { accepted, rejected } = parseRequest('batch', body, {
      receivedAt: Date.now(),
      source: 's',
      newId: () => 'id',
    })

    expect(rejected).toEqual([])
    expect(accepted.map(({ event }) => event.type)).toEqual(Object.keys(every))
  })

  it('forbid what can be nobody', () => {
    // @ts-expect-error: a date is no JSON
    const dated: IdentifyCall = { userId: 'u1', traits: { createdAt: new Date() } }
    // @ts-expect-error: neither one user nor several
    const several: IdentifyCall = { userId: ['u1', 'u2'] }

    expect([dated, several]).toHaveLength(2)
  })
})
