import { describe, expect, it } from 'vitest'
import { linkKey, occurrenceKey } from '../../../functions/core/keys.ts'
import { standingOf } from '../../../functions/core/kinds/owner.ts'
import { doubtTask, dropTask, postponeTask, settleTask, silentTask } from '../../../functions/core/kinds/settle.ts'
import { newTask, type Task, waitingFor } from '../../../functions/core/kinds/task.ts'
import type { ContactRecord } from '../../../functions/core/record.ts'
import { deliveredOf, foldedOf, NOON, stampOf, vidOf } from '../../support/records.ts'
import { moment, taskOf, toldTask } from '../../support/tasks.ts'

const KEY = linkKey('user#u1', 'companies', 'acme')
const trouble = waitingFor('there is no contact yet')

describe('settling', () => {
  it('leaves the index at the version that was read when everything is told', () => {
    const { delivered, due, basis } = settleTask(taskOf(KEY, { labels: '*' }), { told: { linked: '9' } }, moment())

    expect(delivered).toMatchObject({ version: 1, state: 'synced', linked: '9', attempts: 0 })
    expect({ due, basis }).toEqual({ due: undefined, basis: { foldVersion: 1, verify: 0, token: 0 } })
  })

  it('rests on the deliverer that was read, except doubts, and events, which HubSpot takes once', () => {
    const written = (task: Task): Task => newTask({ ...task.record, token: 7 })
    const link = written(taskOf(KEY, { labels: '*' }))
    const event = written(taskOf(occurrenceKey('user#u1', 'abc'), {}))

    for (const { basis } of [settleTask(link, {}, moment()), dropTask(link, moment()), postponeTask(link, moment())])
      expect(basis).toEqual({ foldVersion: 1, verify: 0, token: 7 })
    for (const { basis } of [doubtTask(link, ['labels'], moment()), silentTask(link, ['labels'], moment())])
      expect(basis).toEqual({ foldVersion: 1, verify: 0 })
    expect(settleTask(event, { forGood: true }, moment()).basis).toEqual({ foldVersion: 1, verify: 0 })
  })

  it('waits ever longer, up to an hour, and tells why', () => {
    const waits: number[] = []
    let task = taskOf(KEY, { labels: '*' })
    for (let n = 0; n < 14; n += 1) {
      const { delivered, due } = settleTask(task, { trouble }, moment())
      expect(delivered).toMatchObject({ version: 0, problem: trouble })
      expect(due?.lane).toBe('waiting')
      waits.push(((due?.at ?? 0) - NOON) / 1_000)
      task = newTask({ ...task.record, delivered })
    }
    expect(waits.slice(0, 4)).toEqual([2, 4, 8, 16])
    expect(waits.at(-1)).toBe(3_600)
  })

  it('waits up to a day for a person whose coming wakes it', () => {
    const delivered = deliveredOf(0, { problem: trouble, attempts: 40 })
    const task = taskOf(KEY, { labels: '*' }, { delivered })

    expect(settleTask(task, { trouble, woken: true }, moment()).due).toEqual({ lane: 'waiting', at: NOON + 86_400_000 })
  })

  it('stays open for a repetition that is still to come', () => {
    const looks = [NOON - 1, NOON + 60_000]
    const task = taskOf(KEY, { labels: '*' }, { delivered: { looks, suspects: ['labels'] } })

    const told = settleTask(task, {}, moment())
    const waiting = settleTask(task, { trouble }, moment())

    expect(told).toMatchObject({ delivered: { looks: [NOON + 60_000] }, due: { lane: 'verifying', at: NOON + 60_000 } })
    expect(waiting.delivered).toMatchObject({ looks, suspects: ['labels'] })
  })

  it('probes slowly what HubSpot refuses', () => {
    const refused = { code: 'rejected', message: 'no' } as const

    expect(settleTask(taskOf(KEY, { labels: '*' }), { trouble: refused }, moment())).toMatchObject({
      delivered: { state: 'rejected', version: 0 },
      due: { lane: 'rejected', at: NOON + 3_600_000 },
    })
  })

  it('tells again what nobody answered for: now, and when each hold ends; an event only until it is told', () => {
    const link = doubtTask(toldTask(KEY, { labels: '*' }, {}), ['labels'], moment())
    const event = doubtTask(taskOf(occurrenceKey('user#u1', 'abc'), {}), ['event'], moment())

    expect(link).toMatchObject({
      delivered: { looks: [0, 10, 60, 300].map(s => NOON + s * 1_000), suspects: ['labels'] },
      due: { lane: 'links', at: NOON },
    })
    expect(event).toMatchObject({ delivered: { looks: [] }, due: { lane: 'events', at: NOON } })
  })

  it('slows down what is never answered for, and forgets what is told for good or dropped', () => {
    const event = taskOf(occurrenceKey('user#u1', 'abc'), {})

    expect(silentTask(taskOf(KEY, {}), ['labels'], moment()).due).toEqual({ lane: 'rejected', at: NOON + 3_600_000 })
    expect(settleTask(event, { forGood: true }, moment()).expiresAt).toBeGreaterThan(NOON)
    expect(dropTask(event, moment())).toMatchObject({ due: undefined, expiresAt: expect.any(Number) })
  })
})

describe('an owner', () => {
  const contact = (change: Partial<ContactRecord> = {}): ContactRecord => ({
    key: 'user#u1',
    folded: foldedOf(1),
    delivered: deliveredOf(1, { vid: vidOf('101') }),
    verify: 0,
    ...change,
  })
  const rival = { code: 'conflict', message: 'taken', vid: vidOf('7') } as const

  it('is known by a contact of their own, busy while newer values are on their way', () => {
    expect(standingOf(contact(), NOON)).toMatchObject({ is: 'known', vid: '101', busy: false })
    expect(standingOf(contact({ due: { lane: 'live', at: NOON } }), NOON)).toMatchObject({ busy: true })
    expect(standingOf(contact({ due: { lane: 'bulk', at: NOON } }), NOON)).toMatchObject({ busy: false })
  })

  it('is unknown without a contact, while being deleted, and while it is another user’s as well', () => {
    const shared = deliveredOf(1, { vid: vidOf('101'), state: 'conflict', problem: rival })

    expect(standingOf(undefined, NOON).is).toBe('unknown')
    expect(standingOf(contact({ delivered: deliveredOf(1) }), NOON).is).toBe('unknown')
    expect(standingOf(contact({ folded: foldedOf(1, { deletion: stampOf(3) }) }), NOON).is).toBe('unknown')
    expect(standingOf(contact({ delivered: shared }), NOON).is).toBe('unknown')
  })

  it('whose address alone is another’s is known', () => {
    const withheld = new Map([['email', { code: 'conflict', message: 'taken', value: '', schema: '' } as const]])
    const delivered = deliveredOf(1, { vid: vidOf('101'), state: 'conflict', problem: rival, withheld })

    expect(standingOf(contact({ delivered }), NOON).is).toBe('known')
  })

  it('is gone when their contact is', () => {
    const delivered = deliveredOf(1, { state: 'deleted', deletion: stampOf(3).time })

    expect(standingOf(contact({ delivered: deliveredOf(1, { state: 'deleted' }) }), NOON)).toEqual({ is: 'gone' })
    expect(standingOf(contact({ delivered, folded: foldedOf(1, { deletion: stampOf(3) }) }), NOON)).toEqual({
      is: 'gone',
      since: stampOf(3).time,
    })
  })
})
