import { beforeAll, describe, expect, it } from 'vitest'
import { judgeMixed } from '../../../bench/mixed-judge.ts'
import type { SeenPortal } from '../../../bench/mixed-portal.ts'
import type { MixedScale } from '../../../bench/mixed-workload.ts'
import type { FaultRule } from '../../../local/hubspot/traffic/faults.ts'
import { Crash } from '../../support/gate.ts'
import { evidenceOf, type Mixed, mixed, sendWave, verdictOn } from '../../support/mixed.ts'

const WELL = { lost: [], doubled: [], wrong: [] }

describe('10,000 events of all kinds, of 2,000 users and 100 companies', () => {
  it('leave nothing out and nothing twice, with at most three calls for a hundred events', {
    timeout: 120_000,
  }, async () => {
    const scale: MixedScale = { events: 10_000, users: 2_000, companies: 100, changes: 100, repeated: 200 }
    const all = mixed(scale)

    for (const wave of [0, 1]) {
      await sendWave(all, wave, 1_000)
      await all.p.untilQuiet()
    }

    expect(verdictOn(all)).toEqual(WELL)
    expect(await all.p.waiting()).toBe(0)
    expect(all.p.hubspot.calls.calls / scale.events, JSON.stringify(all.p.hubspot.calls.byRoute)).toBeLessThan(0.03)
  })
})

const FEW: MixedScale = { events: 1_000, users: 200, companies: 20, changes: 20, repeated: 20 }

const WRITES =
  'batch/(create|update|upsert|archive|associate)|memberships|statuses/batch/write|event-definitions|events/v3/send/batch'
const LOST: FaultRule = {
  match: { path: WRITES, nth: { every: 4 } },
  fault: { kind: 'drop', when: 'after' },
}
const THROTTLED: FaultRule = {
  match: { nth: { every: 9 } },
  fault: { kind: 'throttled', policy: 'TEN_SECONDLY_ROLLING' },
}
const FORBIDDEN: FaultRule = {
  match: { path: 'events/' },
  fault: { kind: 'refuse', status: 403, message: 'This app hasn’t been granted the scope', category: 'MISSING_SCOPES' },
}

describe('the same in trouble', () => {
  it('leaves nothing out and nothing twice: answers are lost, calls throttled, events forbidden, and deliver dies', {
    timeout: 120_000,
  }, async () => {
    const all = mixed(FEW)
    const { p } = all
    p.hubspot.addFault(LOST)
    p.hubspot.addFault(THROTTLED)
    const allow = p.hubspot.addFault(FORBIDDEN)
    let crashes = 0
    const dying = async () => {
      // Each process dies later than the one before.
      p.restart().gate.crashAt(30 + 60 * crashes, crashes % 2 === 0 ? 'after' : 'before')
      await p.deliver().catch((error: Error) => {
        if (!(error instanceof Crash)) throw error
        crashes += 1
      })
      p.restart()
    }

    await sendWave(all, 0, 100, dying)
    for (let minute = 0; minute < 30; minute += 1) {
      await p.deliver()
      await p.clock.advance(60_000)
    }
    const meanwhile = { told: p.hubspot.events.count, ...(await p.store.countDue()).lanes }
    allow()
    await p.clock.advance(300_000)
    await sendWave(all, 1, 100, dying)
    await p.untilQuiet(600)

    expect(crashes).toBeGreaterThan(3)
    // Nothing waits for the events but the events themselves.
    const others = { live: 0, objects: 0, links: 0, lists: 0, subscriptions: 0, waiting: 0, conflict: 0, rejected: 0 }
    expect(meanwhile).toMatchObject({ told: 0, ...others })
    expect(meanwhile.events).toBeGreaterThan(100)
    expect(p.hubspot.calls.byStatus.none).toBeGreaterThan(10)
    expect(p.hubspot.calls.byStatus[429]).toBeGreaterThan(5)
    expect(verdictOn(all)).toEqual(WELL)
    expect(await p.waiting()).toBe(0)
    expect(await p.store.leftovers()).toEqual([])
  })
})

describe('the judge sees', () => {
  let all: Mixed
  let seen: SeenPortal

  beforeAll(async () => {
    all = mixed(FEW)
    for (const wave of [0, 1]) await sendWave(all, wave, 1_000)
    await all.p.untilQuiet()
    seen = evidenceOf(all)
  }, 60_000)

  const judged = (change: Partial<SeenPortal>) => {
    const { lost, doubled, wrong } = judgeMixed(all.workload, { ...seen, ...change })
    return { lost: lost.length, doubled: doubled.length, wrong: wrong.length }
  }
  const some = <Each>([first, ...others]: readonly Each[]): [Each, Each[]] => {
    if (first === undefined) throw new Error('there is one')
    return [first, others]
  }

  it('an event that is missing, one that is there twice, and one of somebody else', () => {
    const [first, others] = some(seen.events)
    const stranger = seen.events.find(({ recordId }) => recordId !== first.recordId)

    expect(judged({ events: others })).toEqual({ lost: 1, doubled: 0, wrong: 0 })
    expect(judged({ events: [...seen.events, { ...first, uuid: 'another' }] })).toEqual({
      lost: 0,
      doubled: 1,
      wrong: 0,
    })
    expect(judged({ events: [{ ...first, recordId: stranger?.recordId }, ...others] })).toEqual({
      lost: 0,
      doubled: 0,
      wrong: 1,
    })
    expect(judged({ events: [{ ...first, properties: { ...first.properties, page: 'x' } }, ...others] })).toEqual({
      lost: 0,
      doubled: 0,
      wrong: 1,
    })
  })

  it('a company, a deal, a contact that is missing, too many, or has another value', () => {
    for (const [name, property] of [
      ['companies', 'name'],
      ['deals', 'amount'],
    ] as const) {
      const [first, others] = some(seen[name])
      const spoilt = { ...first, properties: { ...first.properties, [property]: '?' } }

      expect(judged({ [name]: [spoilt, ...others] })).toEqual({ lost: 0, doubled: 0, wrong: 1 })
      expect(judged({ [name]: [...seen[name], { ...first, id: '1', properties: {} }] })).toMatchObject({ doubled: 1 })
    }
    const [first, others] = some(seen.contacts)
    expect(judged({ contacts: [{ ...first, email: 'x@example.com' }, ...others] })).toMatchObject({ wrong: 1 })
    expect(judged({ contacts: [...seen.contacts, { ...first, vid: '1', properties: {} }] })).toMatchObject({
      doubled: 1,
    })
  })

  it('an association that is missing, or has other labels, and one that should not be there', () => {
    const [[contact, company, labels], others] = some(seen.links.companies)
    const links = (companies: SeenPortal['links']['companies']) => judged({ links: { ...seen.links, companies } })

    expect(links(others)).toEqual({ lost: 1, doubled: 0, wrong: 0 })
    expect(links([[contact, company, [...labels, 'Friend']], ...others])).toEqual({ lost: 0, doubled: 0, wrong: 1 })
    expect(links([...seen.links.companies, [contact, 'x', []]])).toEqual({ lost: 0, doubled: 1, wrong: 0 })
  })

  it('somebody who is not in their list, or in another, and a consent that was not given', () => {
    const [first, others] = some(seen.lists.Trial ?? [])
    const stranger = seen.contacts.find(({ vid }) => !seen.lists.Trial?.includes(vid))?.vid ?? ''
    const [[email, statuses]] = some(
      Object.entries(seen.consents).filter(([, { Newsletter }]) => Newsletter === 'SUBSCRIBED'),
    )

    expect(judged({ lists: { ...seen.lists, Trial: others } })).toEqual({ lost: 1, doubled: 0, wrong: 0 })
    expect(judged({ lists: { ...seen.lists, Trial: [first, ...others, stranger] } })).toMatchObject({ doubled: 1 })
    expect(judged({ consents: { ...seen.consents, [email]: { ...statuses, Newsletter: 'UNSUBSCRIBED' } } })).toEqual({
      lost: 0,
      doubled: 0,
      wrong: 1,
    })
  })
})
