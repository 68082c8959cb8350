import { beforeAll, describe, expect, test } from 'vitest'
import { mostCalls } from '../../bench/identity.ts'
import { judge } from '../../bench/identity-judge.ts'
import { type IdentityOutcome, runIdentity } from '../../bench/identity-run.ts'
import { IdentityWorkload, type Scale, VARIANTS, type Variant } from '../../bench/identity-workload.ts'
import { synthesizeAside } from '../../local/synthesis.ts'

/** The bench's workloads, smaller. So few events take few writes: every third one loses its answer. */
const SCALE: Scale = { events: 200, users: 80, changes: 20, pairs: 10, lostEvery: 3 }
const NOTHING = { duplicates: [], wrong: [], overwrites: [], lost: [], unexpected: [] }

const outcomes = new Map<Variant, IdentityOutcome>()
const outcomeOf = (variant: Variant): IdentityOutcome => {
  const outcome = outcomes.get(variant)
  if (!outcome) throw new Error(`${variant} did not end.`)
  return outcome
}

beforeAll(async () => {
  const template = await synthesizeAside()
  // Side by side, because most of it is waiting until nothing happens any more.
  await Promise.all(
    VARIANTS.map(async variant => {
      const workload = new IdentityWorkload(variant, SCALE)
      outcomes.set(variant, await runIdentity(workload, { template, untilCertain: false }))
    }),
  )
}, 120_000)

test.each(VARIANTS)('every user has one contact, every value is in it, and only it: %s', variant => {
  expect(outcomeOf(variant).verdict).toEqual(NOTHING)
})

test.each(VARIANTS)('it takes few calls: %s', variant => {
  const { calls, byRoute } = outcomeOf(variant)

  // Reading what is about to be merged costs one call for all: as much here as in the whole bench, which has no such allowance.
  const reading = outcomeOf(variant).merges > 0 ? 1 : 0
  const most = mostCalls(outcomeOf('clean'), outcomeOf(variant)) + reading
  expect(calls, JSON.stringify(byRoute)).toBeLessThanOrEqual(most)
})

test('the difficulties do occur', () => {
  const conflicts = [...outcomeOf('two users on one contact').evidence.conflicts.keys()]
  const problems = [...outcomeOf('wrongly typed values').evidence.users].filter(([, user]) => user.problems.length > 0)
  const changes = outcomeOf('the email changes').workload.people.filter(({ addresses }) => addresses.length > 1)

  expect(conflicts.toSorted()).toEqual(Array.from({ length: 10 }, (_, n) => `user-${10 + n}`))
  expect(problems).toHaveLength(10)
  expect(changes).toHaveLength(20)
  expect(outcomeOf('the email changes, the browser was first').merges).toBeGreaterThan(0)
  expect(outcomeOf('answers lost').statuses.none).toBeGreaterThan(0)
})

describe('the judge sees', () => {
  const clean = () => {
    const { workload, evidence } = outcomeOf('clean')
    const [first, second, ...others] = evidence.contacts
    if (!first || !second) throw new Error('There are contacts by now')
    return { workload, evidence, first, second, others }
  }

  test('a contact too many', () => {
    const { workload, evidence, first } = clean()
    const stranger = { ...first, vid: '1', properties: {} }

    const verdict = judge(workload, { ...evidence, contacts: [...evidence.contacts, stranger] })

    expect(verdict).toMatchObject({ ...NOTHING, duplicates: [expect.any(String)] })
  })

  test('a value that is not there', () => {
    const { workload, evidence, first, second, others } = clean()
    const [name = ''] = Object.entries(second.properties).find(([, value]) => workload.authors.has(value)) ?? []
    const spoilt = { ...second, properties: { ...second.properties, [name]: 'Nowhere' } }

    const { wrong, lost } = judge(workload, { ...evidence, contacts: [first, spoilt, ...others] })

    expect({ wrong: wrong.length, lost: lost.length }).toEqual({ wrong: 1, lost: 1 })
  })

  test('a value of another user, another id and an address that were written, though all is well in the end', () => {
    const { workload, evidence, first, second } = clean()
    const [value = ''] = Object.values(second.properties).filter(each => workload.authors.has(each))
    const id = second.properties.internal_user_id ?? ''
    const at = { objectTypeId: '0-1', receivedAt: 0, appliedAt: 0 } as const
    const write = { ...at, vid: first.vid, kind: 'update', call: 1, source: 'api' } as const
    const writes = [{ city: value }, { internal_user_id: id }, { email: second.email ?? '' }, { email: '' }].map(
      properties => ({ ...write, properties, previous: { email: first.email ?? '' } }),
    )

    const verdict = judge(workload, { ...evidence, writes: [...evidence.writes, ...writes] })

    expect(verdict).toMatchObject({ ...NOTHING, overwrites: writes.map(() => expect.any(String)) })
  })

  test('two users’ contacts that were merged', () => {
    const { workload, evidence, first, second } = clean()
    const merge = { vid: first.vid, kind: 'merge', mergedVids: [second.vid], properties: {}, previous: {} } as const
    const at = { objectTypeId: '0-1', receivedAt: 0, appliedAt: 0 } as const
    const entry = { ...merge, ...at, call: 1, source: 'api' } as const

    const verdict = judge(workload, { ...evidence, writes: [...evidence.writes, entry] })

    expect(verdict).toMatchObject({ ...NOTHING, overwrites: [expect.any(String)] })
  })

  test('a user in conflict who should be synced, and one of whom nothing is known', () => {
    const { workload, evidence } = clean()
    const users = new Map(evidence.users)
    users.set('user-3', { status: 'conflict', vid: null, problems: [] })
    users.delete('user-5')

    const verdict = judge(workload, { ...evidence, users })

    expect(verdict).toMatchObject({
      ...NOTHING,
      unexpected: [/user-3/, /user-5/].map(name => expect.stringMatching(name)),
    })
  })
})
