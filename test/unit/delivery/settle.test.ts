import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { doubt, inDoubt, unanswered } from '../../../functions/core/delivery/doubt.ts'
import { quarantined } from '../../../functions/core/delivery/postpone.ts'
import { nextDue, settle } from '../../../functions/core/delivery/settle.ts'
import { linked, taken, unlinked } from '../../../functions/core/delivery/transitions.ts'
import { newWork, type Trouble } from '../../../functions/core/delivery/work.ts'
import type { Delivered } from '../../../functions/core/record.ts'
import { canonicalEmail } from '../../../functions/core/types.ts'
import { MemoryStore } from '../../../functions/store/memory/memory-store.ts'
import { anyDelivered, anyFolded } from '../../support/arbitrary-record.ts'
import { deliveredOf, NOON, vidOf } from '../../support/records.ts'
import { contactOf, knowClaim, knownUser, newUser, saying, worldOf } from '../../support/works.ts'

const world = worldOf()
const SECOND = 1_000
const HOUR = 3_600 * SECOND
const conflict: Trouble = { code: 'conflict', message: 'another user', with: 'user#them', vid: vidOf('7') }
const rejected: Trouble = { code: 'rejected', message: 'no' }

const withheld = (code: 'rejected' | 'secondary_email' | 'unknown_property' | 'invalid_value', name = 'age') =>
  new Map([[name, { code, message: 'no', value: '', schema: 'first' }]])

/** Any record, in any state. */
const anyWork = fc.tuple(anyFolded, anyDelivered, fc.nat({ max: 3 })).map(([folded, delivered, doubts]) => {
  const known = knownUser({})
  const record = { ...known.record, folded, delivered, verify: delivered.verified + doubts }
  return { ...known, record, delivered }
})

describe('settling anything', () => {
  it('rests on the version, the doubts and the deliverer that were read, and never on others', () => {
    fc.assert(
      fc.property(anyWork, fc.option(fc.constantFrom(conflict, rejected), { nil: undefined }), (any, trouble) => {
        const work = { ...any, record: { ...any.record, token: 3 } }
        const { basis, delivered, raiseVerify } = settle(work, trouble, world)

        const { folded, verify } = work.record
        expect(basis).toStrictEqual({ foldVersion: folded.version, verify, token: 3 })
        expect(delivered.verified).toBe(work.record.verify)
        expect(raiseVerify).toBeUndefined()
      }),
    )
  })

  it('covers the version that was read when it went well, and none when it did not', () => {
    fc.assert(
      fc.property(anyWork, work => {
        expect(settle(work, rejected, world).delivered.version).toBe(work.delivered.version)
        expect(settle(work, undefined, world).delivered.version).toBe(work.record.folded.version)
      }),
    )
  })

  it('keeps every look that is still to come, and what is to be looked at', () => {
    fc.assert(
      fc.property(
        anyWork,
        fc.option(fc.constantFrom(conflict, rejected), { nil: undefined }),
        fc.nat({ max: 4e12 }),
        (work, trouble, now) => {
          const { delivered, due } = settle(work, trouble, { ...world, now })

          const toCome = work.delivered.looks.filter(at => at > now)
          expect(delivered.looks).toStrictEqual(toCome)
          expect(delivered.suspects).toStrictEqual(toCome.length > 0 ? work.delivered.suspects : [])
          if (toCome.length > 0) expect(due?.at).toBeLessThanOrEqual(toCome[0] ?? 0)
        },
      ),
    )
  })

  it('leaves nothing unclean out of the index: what is not there has no look, no conflict and no refusal', () => {
    fc.assert(
      fc.property(anyWork, fc.option(fc.constantFrom(conflict, rejected), { nil: undefined }), (work, trouble) => {
        const { delivered, due } = settle(work, trouble, world)

        if (due) return
        expect(delivered.looks).toStrictEqual([])
        expect(['synced', 'deleted']).toContain(delivered.state)
        expect([...delivered.withheld.values()].map(({ code }) => code)).not.toContain('rejected')
      }),
    )
  })

  it('never comes back in the past', () => {
    fc.assert(
      fc.property(anyWork, fc.option(fc.constantFrom(conflict, rejected), { nil: undefined }), (work, trouble) => {
        expect(settle(work, trouble, world).due?.at ?? Infinity).toBeGreaterThan(NOON)
      }),
    )
  })
})

describe('settling what went well', () => {
  it('is clean: synced, and out of the index', () => {
    const work = saying(knownUser({ age: 5 }, { attempts: 3, problem: rejected, state: 'rejected' }), { age: 6 })

    const { delivered, due } = settle(work, undefined, world)

    expect(delivered).toStrictEqual(deliveredOf(work.record.folded.version, { vid: vidOf('501'), updatedAt: NOON }))
    expect(due).toBeUndefined()
  })

  it('with an address that another user has is a conflict that names the user, and covers all else', () => {
    const work = saying(knownUser({ email: 'a@x.test' }), { email: 'b@x.test', age: 6 })
    knowClaim(work, `email#${canonicalEmail('b@x.test')}`, 'user#them', {
      ...knownUser({ email: 'b@x.test' }).record,
      key: 'user#them',
    })

    const { delivered, due } = settle(work, undefined, world)

    expect(delivered).toMatchObject({
      state: 'conflict',
      version: work.record.folded.version,
      email: 'a@x.test',
      problem: { code: 'conflict', with: 'user#them' },
    })
    expect(delivered.withheld.get('email')?.code).toBe('conflict')
    expect(due).toStrictEqual({ lane: 'conflict', at: NOON + HOUR })
  })

  it('with an address that contact 7 has is a conflict that names the contact', () => {
    const work = saying(knownUser({ email: 'a@x.test' }), { email: 'b@x.test' })
    work.facts.reserved.add(canonicalEmail('b@x.test'))
    work.facts.rivalVid = vidOf('7')
    work.facts.rival = contactOf('7', { email: 'b@x.test', internal_user_id: 'them' })

    expect(settle(work, undefined, world).delivered.problem).toMatchObject({ code: 'conflict', vid: '7' })
  })

  it('with an address that is a secondary one stays synced, says so, and looks again', () => {
    const held = { code: 'secondary_email' as const, message: '', value: '', schema: '' }
    const adopted = { email: canonicalEmail('p@x.test'), withheld: new Map([['email', held]]) }
    const work = knownUser({ email: 'a@x.test' }, adopted, { verify: 1 })
    work.facts.byVid = contactOf('501', { email: 'p@x.test', hs_additional_emails: 'a@x.test' })

    const { delivered, due } = settle(work, undefined, world)

    expect(delivered.state).toBe('synced')
    expect(delivered.email).toBe('p@x.test')
    expect(delivered.withheld.get('email')?.code).toBe('secondary_email')
    expect(due).toStrictEqual({ lane: 'rejected', at: NOON + HOUR })
  })

  it('with a value that HubSpot refuses stays synced, says so, and looks again', () => {
    const work = saying(knownUser({ age: 5 }), { age: 6 })
    work.facts.refused.set('age', { code: 'rejected', message: 'no' })

    const { delivered, due } = settle(work, undefined, world)

    expect(delivered.state).toBe('synced')
    expect(delivered.withheld.get('age')?.code).toBe('rejected')
    expect(due?.lane).toBe('rejected')
  })

  it.each([
    ['read after the last event: out of the index', NOON + 1, undefined],
    ['read before it: looks again when they are a minute old', NOON - 1, { lane: 'verifying', at: NOON + 59_999 }],
    ['read long before it: looks again soon', NOON - 99_000, { lane: 'verifying', at: NOON + 1_000 }],
  ])('with a value that the portal has no place for, by properties %s', (_, readAt, due) => {
    const work = knownUser({ age: 5 })

    const settled = settle(work, undefined, worldOf({ schema: { ...world.schema, readAt, properties: new Map() } }))

    expect(settled.due).toStrictEqual(due)
    expect(settled.delivered.withheld.get('age')?.code).toBe('unknown_property')
  })

  it('once the vid is known nobody has to look for a contact that may have been created', () => {
    const looks = [NOON + 1]

    expect(settle(knownUser({}, { maybeCreated: true, looks }), undefined, world).delivered.maybeCreated).toBe(false)
  })
})

describe('settling in trouble', () => {
  it('keeps what was delivered before, and says what stands in the way', () => {
    const work = saying(knownUser({ email: 'a@x.test', age: 5 }), { age: 6 })

    const { delivered } = settle(work, conflict, world)

    expect(delivered).toMatchObject({ state: 'conflict', version: 1, vid: '501', email: 'a@x.test', problem: conflict })
  })

  it.each<[string, Trouble, Delivered['state'], string | undefined]>([
    ['a conflict', conflict, 'conflict', 'conflict'],
    ['a refusal', rejected, 'rejected', 'rejected'],
    ['a contact that stays deleted', { code: 'deleted', message: '' }, 'deleted', undefined],
  ])('%s has its state and its lane', (_, trouble, state, lane) => {
    const { delivered, due } = settle(knownUser({}), trouble, world)

    expect(delivered.state).toBe(state)
    expect(due?.lane).toBe(lane)
  })

  it('a contact that stays deleted is out of the index whatever was refused before', () => {
    const work = knownUser({}, { withheld: withheld('rejected') })

    expect(settle(work, { code: 'deleted', message: '' }, world).due).toBeUndefined()
  })

  it('what HubSpot has refused before stays refused', () => {
    const work = knownUser({}, { withheld: withheld('secondary_email', 'email') })

    const { delivered } = settle(work, conflict, world)

    expect(delivered.withheld.get('email')?.code).toBe('secondary_email')
  })

  it('a create that may have happened is remembered as long as it may land', () => {
    const work = newUser({ age: 5 })
    work.delivered = { ...work.delivered, maybeCreated: true, looks: [NOON + 1] }

    expect(settle(work, conflict, world).delivered.maybeCreated).toBe(true)
    expect(settle(work, conflict, { ...world, now: NOON + 1 }).delivered.maybeCreated).toBe(false)
  })
})

describe('probes', () => {
  it('wait an hour, then twice as long each time, a day at most', () => {
    const waits: number[] = []
    let work = knownUser({})
    for (let n = 0; n < 7; n += 1) {
      const { delivered, due } = settle(work, conflict, world)
      waits.push(((due?.at ?? 0) - NOON) / HOUR)
      work = { ...work, delivered }
    }

    expect(waits).toStrictEqual([1, 2, 4, 8, 16, 24, 24])
  })

  it('never overflow', () => {
    expect(nextDue(deliveredOf(1, { state: 'conflict', attempts: 1e9 }), world)).toStrictEqual({
      lane: 'conflict',
      at: NOON + 24 * HOUR,
    })
  })

  it('do not put off a look, and are not slowed by one', () => {
    const looks = [NOON, NOON + 10 * SECOND]

    const { delivered, due } = settle(knownUser({}, { state: 'conflict', attempts: 1, looks }), conflict, world)

    expect(due).toStrictEqual({ lane: 'conflict', at: NOON + 10 * SECOND })
    expect(delivered.attempts).toBe(1)
  })

  it('begin anew after a success', () => {
    const { delivered } = settle(knownUser({}, { attempts: 5 }), undefined, world)

    expect(delivered.attempts).toBe(0)
  })

  it.each<[Partial<Delivered>, string | undefined]>([
    [{}, undefined],
    [{ looks: [NOON + 5] }, 'verifying'],
    [{ looks: [NOON + 5], state: 'deleted' }, 'verifying'],
    [{ withheld: withheld('unknown_property') }, undefined],
    [{ withheld: withheld('invalid_value') }, undefined],
    [{ withheld: withheld('secondary_email') }, 'rejected'],
    [{ withheld: withheld('rejected'), state: 'conflict' }, 'conflict'],
    [{ state: 'rejected' }, 'rejected'],
  ])('%j waits in the lane %s', (delivered, lane) => {
    expect(nextDue(deliveredOf(1, delivered), world)?.lane).toBe(lane)
  })
})

describe('a doubt', () => {
  it('asks for a look at once and one at the end of each hold, and says what to look at', () => {
    const work = knownUser({ age: 5 })

    const { delivered, due, raiseVerify } = doubt(work, { kind: 'update', properties: ['age'] }, world)

    expect(raiseVerify).toBe(true)
    expect(due).toStrictEqual({ lane: 'live', at: NOON })
    expect(delivered.looks).toStrictEqual([NOON + 10 * SECOND, NOON + 60 * SECOND, NOON + 300 * SECOND])
    expect(delivered.suspects).toStrictEqual(['age'])
    expect(delivered.maybeCreated).toBe(false)
    expect(delivered.verified).toBe(0)
  })

  it('about a create means that there may be a contact', () => {
    expect(doubt(newUser({}), { kind: 'create', properties: [] }, world).delivered.maybeCreated).toBe(true)
  })

  it('claims nothing: version, state and vid stay', () => {
    fc.assert(
      fc.property(anyWork, work => {
        const { delivered } = doubt(work, { kind: 'update', properties: [] }, world)

        const { looks: _, updatedAt: __, ...rest } = delivered
        expect(work.delivered).toMatchObject({ ...rest, suspects: work.delivered.suspects })
      }),
    )
  })

  it('extends the holds of the one before; the last look is never earlier', () => {
    const first = doubt(knownUser({}), { kind: 'update', properties: ['age'] }, world)
    const later = { ...world, now: NOON + 30 * SECOND }
    const work = { ...knownUser({}), delivered: first.delivered }

    const second = doubt(work, { kind: 'update', properties: ['plan'] }, later)

    expect(second.delivered.looks.at(-1)).toBe(NOON + 330 * SECOND)
    expect(second.delivered.looks).toEqual(expect.arrayContaining([...first.delivered.looks]))
    expect(second.delivered.suspects).toStrictEqual(['age', 'plan'])
  })

  it('again and again keeps the looks few and the last ones', () => {
    let work = knownUser({})
    for (let n = 0; n < 50; n += 1) {
      work = {
        ...work,
        delivered: doubt(work, { kind: 'update', properties: ['age'] }, { ...world, now: NOON + n }).delivered,
      }
    }

    expect(work.delivered.looks.length).toBeLessThanOrEqual(6)
    expect(work.delivered.looks.at(-1)).toBe(NOON + 49 + 300 * SECOND)
  })

  it('keeps bulk work bulk', () => {
    const work = knownUser({}, {}, { due: { lane: 'bulk', at: NOON - 5 } })

    expect(doubt(work, { kind: 'update', properties: [] }, world).due?.lane).toBe('bulk')
  })
})

describe('what becomes of the delivery side', () => {
  const before = deliveredOf(7, {
    vid: vidOf('501'),
    email: canonicalEmail('a@x.test'),
    withheld: withheld('rejected'),
    problem: conflict,
    looks: [NOON + 1],
    suspects: ['age'],
    maybeCreated: true,
    verified: 3,
    attempts: 2,
  })

  it('of a user whose contact is found: all is to be sent, doubts stay', () => {
    expect(linked({ ...knownUser({}), delivered: before }, contactOf('9', { email: 'B@x.test' }))).toStrictEqual(
      deliveredOf(0, {
        vid: vidOf('9'),
        email: canonicalEmail('b@x.test'),
        looks: [NOON + 1],
        suspects: ['age'],
        maybeCreated: true,
        verified: 3,
        attempts: 2,
        updatedAt: before.updatedAt,
      }),
    )
  })

  it('of a user whose contact is gone: nothing is known, doubts stay', () => {
    expect(unlinked(before)).toMatchObject({
      version: 0,
      state: 'pending',
      looks: [NOON + 1],
      suspects: ['age'],
      maybeCreated: true,
      verified: 3,
    })
    expect(unlinked(before)).not.toHaveProperty('vid')
    expect(unlinked(before)).not.toHaveProperty('email')
  })

  it('of a user whose values were taken: the address that was sent is confirmed, or cleared, or as before', () => {
    const work = { ...knownUser({}), delivered: before }
    expect(taken(work, vidOf('501'), { email: 'b@x.test' }, world).email).toBe('b@x.test')
    expect(taken(work, vidOf('501'), { email: '' }, world)).not.toHaveProperty('email')
    expect(taken(work, vidOf('501'), { age: '6' }, world).email).toBe('a@x.test')
  })
})

describe('a user whose handling fails', () => {
  it('is tried again quickly, then slowly, and ever more slowly; doubts stay', () => {
    const tries: [string | undefined, number][] = []
    let work = knownUser({}, { looks: [NOON + 1] }, { verify: 1 })
    for (let n = 0; n < 5; n += 1) {
      const { delivered, due } = quarantined(work, world)
      tries.push([due?.lane, ((due?.at ?? 0) - NOON) / SECOND])
      work = { ...work, delivered }
    }

    expect(tries).toStrictEqual([
      ['live', 2],
      ['live', 4],
      ['rejected', 3_600],
      ['rejected', 7_200],
      ['rejected', 14_400],
    ])
    expect(work.delivered).toMatchObject({
      verified: 0,
      looks: [NOON + 1],
      state: 'rejected',
      problem: { code: 'internal' },
    })
  })
})

describe('a user whose writes are never answered', () => {
  const call = { kind: 'update', properties: ['age'] } as const

  it('is left to slow probes, in doubt', () => {
    const work = knownUser({ age: 5 }, {}, { verify: 8, due: { lane: 'live', at: NOON } })

    const { delivered, due } = unanswered(work, call, world)

    expect(due).toStrictEqual({ lane: 'rejected', at: NOON + HOUR })
    expect(delivered).toMatchObject({ state: 'rejected', suspects: ['age'] })
    expect(inDoubt({ ...work, delivered }, world)).toBe(true)
  })

  it('is looked at at once where something has been folded meanwhile', async () => {
    const store = new MemoryStore()
    const { key, folded } = knownUser({ age: 5 }).record
    const now = { lane: 'live', at: NOON } as const
    await store.fold(key, { ...folded, writes: 1 }, now)
    await store.raiseVerify(key, NOON)
    const read = (await store.readRecords([key])).get(key)
    if (!read) throw new Error('there is no record')
    await store.fold(key, { ...folded, writes: 2, version: folded.version + 1 }, now)

    await store.settle(1, unanswered(newWork(read), call, world))

    expect((await store.readRecords([key])).get(key)?.due).toStrictEqual(now)
  })
})
