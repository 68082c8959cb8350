import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { uniqueIdOf, wantedEmail } from '../../../functions/core/identity.ts'
import { type PortalKind, portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'

const USERS = ['u1', 'u2', 'u3', 'u4']
const ADDRESSES = ['a@example.com', 'b@example.com', 'c@example.com', 'd@example.com']

const user = fc.constantFrom(...USERS)
const address = fc.constantFrom(...ADDRESSES)
const pair = fc.uniqueArray(user, { minLength: 2, maxLength: 2 })

const happening = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant('says' as const), user, email: fc.option(address) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('nothing of the address' as const), user }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('says late' as const), user, email: address }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('swap' as const), pair }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('form' as const), email: address }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('lead' as const), email: address }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('detached by hand' as const), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('merged by hand' as const), pick: fc.nat(), into: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('deleted by hand' as const), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('lost answer' as const), late: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('deliver' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('crash' as const),
      call: fc.integer({ min: 1, max: 40 }),
      after: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('time' as const), minutes: fc.constantFrom(1, 10, 100) }) },
)
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never

async function happen(s: Scene, it: Happening): Promise<void> {
  const live = s.hubspot.contacts()
  const picked = (n: number) => live[n % Math.max(live.length, 1)]
  switch (it.what) {
    case 'says':
      return s.says(it.user, { email: it.email })
    case 'nothing of the address':
      return s.says(it.user)
    case 'says late':
      return s.says(it.user, { email: it.email, ago: 7_200_000 })
    case 'swap': {
      const wants = await Promise.all(
        it.pair.map(async each => (s.users.has(each) ? wantedEmail(await s.p.user(each)) : undefined)),
      )
      return s.all(it.pair.map((each, index) => [each, { email: wants[1 - index] || null }]))
    }
    case 'form':
      s.hubspot.submitForm(it.email, { firstname: 'From a form' })
      return
    case 'lead':
      await s.leadSays(it.email, { jobTitle: `of ${it.email}` })
      return
    case 'detached by hand': {
      const { vid, secondaryEmails: [email] = [] } = picked(it.pick) ?? {}
      if (vid && email) await s.detachByHand(vid, email)
      return
    }
    case 'merged by hand': {
      const [primary, loser] = [picked(it.pick), picked(it.into)]
      if (primary && loser && primary.vid !== loser.vid) s.hubspot.mergeInUi(primary.vid, loser.vid)
      return
    }
    case 'deleted by hand': {
      const { vid } = picked(it.pick) ?? {}
      if (vid) s.hubspot.archiveInUi(vid)
      return
    }
    case 'lost answer':
      s.hubspot.addFault({
        match: { path: /batch\/(create|update)|merge/ },
        fault: it.late ? { kind: 'late', after: 20_000, answer: 'drop' } : { kind: 'drop', when: 'after' },
        times: 1,
      })
      return
    case 'deliver':
      await s.p.deliver()
      return
    case 'crash':
      await s.crashAt(it.call, it.after ? 'after' : 'before')
      return
    case 'time':
      await s.p.clock.advance(it.minutes * 60_000)
  }
}

/** Everybody is synced, under the right address unless a person has changed it, or a conflict with a reason. */
async function expectConverged(s: Scene, byHand: boolean): Promise<void> {
  const owners = new Map<string, string>()
  for (const each of s.users) {
    const record = await s.p.user(each)
    const { delivered, due } = record
    const id = uniqueIdOf(record.key)
    const live = s.hubspot.contacts()
    const carrying = live.filter(({ properties }) => properties.internal_user_id === id)
    expect(carrying.length, `contacts that carry the id of ${each}`).toBeLessThanOrEqual(1)
    expect(['synced', 'conflict'], each).toContain(delivered.state)
    if (delivered.state === 'conflict') {
      expect(delivered.problem?.code, each).toBe('conflict')
      expect(due?.lane, each).toBe('conflict')
      continue
    }
    const contact = s.hubspot.contact(delivered.vid ?? '')
    expect(owners.get(contact?.vid ?? ''), `a second user of the contact of ${each}`).toBeUndefined()
    owners.set(contact?.vid ?? '', each)
    if (byHand) continue
    expect({ each, email: contact?.email ?? '', city: contact?.properties.city, id: carrying[0]?.vid }).toEqual({
      each,
      email: wantedEmail(record) ?? '',
      city: s.cityOf(each),
      id: delivered.vid,
    })
  }
  // A portal that lets a form write another's primary address back is not ours to answer for.
  expect(s.judge.offences).toEqual([])
}

async function run(portal: PortalKind, happenings: readonly Happening[]): Promise<void> {
  const s = new Scene(portal)
  for (const each of happenings) await happen(s, each)
  await s.quiet(180)
  // What people did after the last event shows at the next one.
  for (const each of [...s.users]) await s.says(each)
  await s.quiet(180)
  await s.probe()
  const byHand = happenings.some(({ what }) => what.endsWith('by hand') || what === 'form')
  await expectConverged(s, byHand)
  const calls = s.p.countCalls()
  await s.probe()
  expect(calls(), 'calls of a day in which nothing happens').toBeLessThanOrEqual(150)
  expect(s.judge.offences).toEqual([])
}

const PORTALS = [
  ...portals(),
  ...portals({ version: 'v3', secondaryEmailApi: 'served', oldPrimary: 'secondary' }).slice(0, 2),
]

describe('whatever happens', () => {
  for (const [index, portal] of PORTALS.entries()) {
    it(`nobody's values reach another, nobody has two contacts, and everybody gets somewhere: ${portal.name}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(happening, { minLength: 3, maxLength: 25 }), happenings => run(portal, happenings)),
        {
          numRuns: Number(process.env.RUNS ?? 15),
          seed: Number(process.env.SEED ?? 1) + index,
          interruptAfterTimeLimit: 20_000,
          markInterruptAsFailure: false,
        },
      )
    })
  }
})
