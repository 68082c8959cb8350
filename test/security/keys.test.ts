import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emailOf } from '../../functions/core/email.ts'
import { uniqueIdOf } from '../../functions/core/identity.ts'
import {
  isContactKey,
  isRecordKey,
  kindOf,
  linkKey,
  membershipsKey,
  objectKey,
  objectNameOf,
  objectOf,
  occurrenceKey,
  ownerOf,
  subscriptionsKey,
} from '../../functions/core/keys.ts'
import { readUserId, spelled } from '../../functions/core/parse/id.ts'
import { LANES } from '../../functions/core/record.ts'
import { type ContactKey, leadKey, type RecordKey, userKey } from '../../functions/core/types.ts'
import { lookup } from '../../functions/lookup/handler.ts'
import { itemKeyOf, keyOf, recordKeyIn } from '../../functions/store/dynamo/attributes.ts'
import { httpRequest, lambdaContext } from '../support/http-request.ts'
import { pipeline } from '../support/pipeline.ts'
import { testPlatform } from '../support/platform.ts'
import { openDoor } from './doors.ts'
import { IDS, NAMES } from './hostile.ts'

/** What `receive` takes for a user's id. */
const isTaken = (id: string): boolean => {
  try {
    return readUserId('userId', id) !== undefined
  } catch {
    return false
  }
}
const HOSTILE = [...new Set([...IDS, ...NAMES])].filter(isTaken)
const EMAILS = [
  'a#b@example.com',
  'user#u1@example.com',
  "o'neill+x@example.com",
  'record@example.com',
  'å@exämple.com',
]

const id = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }).filter(isTaken),
)
const lead = fc.constantFrom(...EMAILS).map(address => {
  const email = emailOf(address)
  if (email === undefined) throw new Error(`${address} is no address`)
  return leadKey(email)
})
const owner: fc.Arbitrary<ContactKey> = fc.oneof({ weight: 4, arbitrary: id.map(each => userKey(spelled(each))) }, lead)
const name = fc.constantFrom('companies', 'a', 'b', 'link', 'user', 'lists')
const hash = fc.constantFrom('abcdefghijkl', 'ABCDEFGHIJKL', '-_-_-_-_-_-_')

/** Something that is kept, what it is in words that are another for each thing, and whose it is. */
interface Thing {
  readonly key: RecordKey
  readonly what: string
  readonly owner?: ContactKey
}
const words = (...parts: readonly (string | undefined)[]) => JSON.stringify(parts)
const thing: fc.Arbitrary<Thing> = fc.oneof(
  owner.map(key => ({ key, what: words('contact', key) })),
  fc.tuple(name, id).map(([kind, each]) => ({ key: objectKey(kind, each), what: words('object', kind, each) })),
  fc
    .tuple(owner, hash)
    .map(([of, each]) => ({ key: occurrenceKey(of, each), what: words('event', of, each), owner: of })),
  fc
    .tuple(owner, name, fc.option(id, { nil: undefined }))
    .map(([of, kind, each]) => ({ key: linkKey(of, kind, each), what: words('link', of, kind, each), owner: of })),
  owner.map(of => ({ key: membershipsKey(of), what: words('lists', of), owner: of })),
  owner.map(of => ({ key: subscriptionsKey(of), what: words('subscriptions', of), owner: of })),
)
const placeOf = (key: RecordKey) => {
  const { pk, sk } = itemKeyOf(key)
  return words(pk, sk)
}

describe('the keys of the table', () => {
  test('are another for each thing, and so are the items', () => {
    fc.assert(
      fc.property(fc.array(thing, { minLength: 2, maxLength: 60 }), things => {
        const distinct = new Set(things.map(({ what }) => what)).size

        expect(new Set(things.map(({ key }) => key)).size).toBe(distinct)
        expect(new Set(things.map(({ key }) => placeOf(key))).size).toBe(distinct)
      }),
      { numRuns: 2_000 },
    )
  })

  test('say what they are of and whose it is, whatever stands in the id', () => {
    fc.assert(
      fc.property(thing, ({ key, what, owner: of }) => {
        expect(isRecordKey(key)).toBe(true)
        expect(kindOf(key)).toBe(JSON.parse(what)[0])
        expect(ownerOf(key)).toBe(of)
        expect(recordKeyIn(keyOf(itemKeyOf(key)))).toBe(key)
        // What belongs to a person stands under their key and no other's: a query for one finds nothing of another.
        expect(itemKeyOf(key).pk).toBe(of ?? key)
      }),
      { numRuns: 5_000 },
    )
  })

  test('of links lead to the object that was meant', () => {
    fc.assert(
      fc.property(owner, name, id, (of, kind, each) => {
        const key = linkKey(of, kind, each)

        expect(objectOf(key)).toBe(objectKey(kind, each))
        expect(objectNameOf(key)).toBe(kind)
      }),
    )
  })

  test('of people are never those of anything else', () => {
    for (const each of HOSTILE) {
      const key = userKey(spelled(each))
      expect(isContactKey(key)).toBe(true)
      expect(ownerOf(key)).toBeUndefined()
      expect(placeOf(key)).toBe(words(`user#${each}`, 'record'))
    }
  })

  test('and the ids in HubSpot are another for each user, also where case does not matter', () => {
    const values = HOSTILE.map(each => uniqueIdOf(userKey(spelled(each))) ?? '')

    expect(new Set(values.map(value => value.toLowerCase())).size).toBe(HOSTILE.length)
  })

  test('an address in letters that only look like its own is not another person’s', () => {
    expect(emailOf('\u212Aim@example.com')).toBeUndefined()
    for (const address of ['kim@example.com', 'KIM@EXAMPLE.COM', ' Kim@example.com ']) {
      expect(emailOf(address)).toBe('kim@example.com')
    }
    for (const address of ['ｋim@example.com', 'kım@example.com', 'kİm@example.com', 'k\u0131m@example.com']) {
      expect(emailOf(address)).not.toBe('kim@example.com')
    }
  })
})

describe('a path', () => {
  const admin = { authorization: `Basic ${Buffer.from('admin-key:').toString('base64')}` }

  test('deletes the user whom it spells, and nobody else', async () => {
    const door = openDoor('receive')
    await fc.assert(
      fc.asyncProperty(id, async each => {
        const path = `/v1/users/${encodeURIComponent(each)}`

        const answer = await door.knock(httpRequest({ method: 'DELETE', path, headers: admin }))

        expect(answer.statusCode).toBe(202)
        expect(JSON.parse(answer.body ?? '')).toEqual({ deleted: each })
        expect(door.taken()).toEqual([expect.objectContaining({ type: 'delete', key: `user#${each}` })])
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    'a%00b',
    'a%0Ab',
    '%EF%BF%BD',
    '%20',
    '%ED%A0%80',
    '%',
    '%E9',
    'x'.repeat(513),
    '%F0%9F%A6%8A'.repeat(200),
  ])('that spells no id (%s) deletes nobody', async spelling => {
    const door = openDoor('receive')

    const answer = await door.knock(httpRequest({ method: 'DELETE', path: `/v1/users/${spelling}`, headers: admin }))

    expect(answer.statusCode).toBe(400)
    expect(door.queue.kept).toEqual([])
  })

  test('shows the user whom it spells or nobody: no other spelling reaches anybody', async () => {
    const p = pipeline()
    await p.identifyAll(HOSTILE.map((each, n) => [each, { email: `u${n}@example.com` }]))
    for (const [n, email] of EMAILS.entries()) await p.identify(undefined, { email, firstName: `Lead ${n}` })
    await p.untilQuiet()
    const orders = { queue: { send: async () => [] }, events: { depth: async () => 0 }, canDetach: true }
    const handler = lookup({ ...testPlatform(), ...orders, store: p.store, lanes: LANES, origins: [] })
    const get = async (spelling: string) => {
      const path = `/v1/users/${spelling}`
      const { statusCode, body = '' } = await handler(
        httpRequest({ method: 'GET', path, headers: admin }),
        lambdaContext(),
      )
      return { status: statusCode, body: JSON.parse(body) }
    }

    for (const [n, each] of HOSTILE.entries()) {
      expect(await get(encodeURIComponent(each))).toMatchObject({
        status: 200,
        body: { userId: each, email: `u${n}@example.com` },
      })
    }
    const spellings = [...HOSTILE, ...EMAILS].flatMap(each => {
      const once = encodeURIComponent(each)
      return [encodeURIComponent(once), `${once}%00`, `${once}/`, `%2E%2E/${once}`, `user%23${once}`, `lead%23${once}`]
    })
    for (const spelling of spellings) {
      const { status, body } = await get(spelling)
      expect([200, 404]).toContain(status)
      if (status === 200) expect(body.userId).toBe(decodeURIComponent(spelling))
    }
  })
})
