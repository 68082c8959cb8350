import type { Context } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import { defineConfig } from '../../functions/core/config.ts'
import type { Event, NoticeEvent } from '../../functions/core/event.ts'
import type { RecordKey } from '../../functions/core/types.ts'
import { record } from '../../functions/record/handler.ts'
import { handedOver } from '../../functions/runtime/without-lambda.ts'
import { TableUnavailable } from '../../functions/store/errors.ts'
import { MemoryStore } from '../../functions/store/memory/memory-store.ts'
import { ALEX, eventOf } from '../support/events.ts'
import { testPlatform } from '../support/platform.ts'
import { claimOnVid, deliveredOf, foldedOf, NOON, settlementOf, vidOf } from '../support/records.ts'
import { schemaOf } from '../support/schemas.ts'

const BO: RecordKey = 'user#bo'
const NOW = NOON + 60_000
const PORTAL = '4242'

/** A table that can be told to refuse doubts. */
class Table extends MemoryStore {
  refusing = false
  override async raiseVerify(...args: Parameters<MemoryStore['raiseVerify']>) {
    if (this.refusing) throw new TableUnavailable('change an item', 'throttled')
    return super.raiseVerify(...args)
  }
}

/** Alex and Bo are synced, as contacts 1 and 2. */
async function start({ portalKnown = true } = {}) {
  const table = new Table()
  if (portalKnown) await table.writePortal({ id: PORTAL, schema: schemaOf() })
  for (const [key, vid] of [
    [ALEX, '1'],
    [BO, '2'],
  ] as const) {
    await table.fold(key, foldedOf(1), { lane: 'live', at: NOON })
    await table.claim(claimOnVid(vid), key)
    await table.settle(1, settlementOf(key, 1, { delivered: deliveredOf(1, { vid: vidOf(vid) }) }))
  }
  let woken = 0
  const wakeUps = { wake: async () => void woken++, wakeRegardless: async () => {} }
  const clock = { ...testPlatform().clock, now: () => NOW }
  const platform = testPlatform({ clock })
  const handler = record({ ...platform, store: table, wakeUps, config: defineConfig({}) })
  return {
    table,
    recorder: platform.recorder,
    woken: () => woken,
    of: async (key: RecordKey) => (await table.readRecords([key])).get(key),
    /** @returns the places of those that are to be delivered again */
    deliver: async (...events: readonly Event[]) => {
      const { batchItemFailures } = await handler({ Records: events.map(messageOf) }, { awsRequestId: 'r' } as Context)
      return batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier))
    },
  }
}

const messageOf = (event: Event, at: number) =>
  handedOver({
    messageId: String(at),
    body: JSON.stringify(event),
    group: event.type === 'notice' ? event.vid : event.key,
  })

const noticeOf = (vid: string, change: Partial<NoticeEvent> = {}): NoticeEvent => ({
  type: 'notice',
  vid: vidOf(vid),
  portal: PORTAL,
  ...change,
})

describe('a notice', () => {
  it('makes the owner of the contact due at once and in doubt, and wakes deliver', async () => {
    const { deliver, of, woken, recorder } = await start()

    expect(await deliver(noticeOf('1'))).toEqual([])

    expect(await of(ALEX)).toStrictEqual({
      key: ALEX,
      folded: foldedOf(1),
      delivered: deliveredOf(1, { vid: vidOf('1') }),
      verify: 1,
      due: { lane: 'live', at: NOW },
      token: 1,
    })
    expect((await of(BO))?.due).toBeUndefined()
    expect(woken()).toBe(1)
    expect(recorder.sum('UsersNoticed')).toBe(1)
  })

  it('of a contact that nobody has claimed changes nothing and wakes nobody', async () => {
    const { deliver, of, woken } = await start()

    expect(await deliver(noticeOf('3'), noticeOf('4', { erasedAt: NOON }))).toEqual([])

    expect([(await of(ALEX))?.verify, (await of(BO))?.verify, woken()]).toEqual([0, 0, 0])
  })

  it('of another HubSpot account changes nothing, whatever vids the two share, and is told', async () => {
    const { deliver, of, woken, recorder } = await start()

    expect(await deliver(noticeOf('1', { portal: '7', erasedAt: NOON }))).toEqual([])

    expect(await of(ALEX)).toMatchObject({ verify: 0 })
    expect((await of(ALEX))?.erased).toBeUndefined()
    expect(woken()).toBe(0)
    expect(recorder.lines).toMatchObject([{ level: 'warn', fields: { strange: 1 } }])
  })

  it('before the portal is known changes nothing', async () => {
    const { deliver, of, recorder } = await start({ portalKnown: false })

    expect(await deliver(noticeOf('1'))).toEqual([])

    expect(await of(ALEX)).toMatchObject({ verify: 0 })
    expect(recorder.lines).toEqual([])
  })

  it('of several contacts of one owner, as after a merge, is one doubt', async () => {
    const { deliver, of, table } = await start()
    await table.claim(claimOnVid('10'), ALEX)

    await deliver(noticeOf('1'), noticeOf('10'), noticeOf('1'))

    expect(await of(ALEX)).toMatchObject({ verify: 1 })
  })

  it('of two users who were merged by hand makes both due', async () => {
    const { deliver, of } = await start()

    await deliver(noticeOf('1'), noticeOf('2'), noticeOf('3'))

    expect([(await of(ALEX))?.due, (await of(BO))?.due]).toEqual([
      { lane: 'live', at: NOW },
      { lane: 'live', at: NOW },
    ])
  })

  it('of an erasure leaves word of which contact it was, and when; the latest counts', async () => {
    const { deliver, of, table } = await start()
    await table.claim(claimOnVid('10'), ALEX)

    await deliver(
      noticeOf('10', { erasedAt: NOON - 1 }),
      noticeOf('1', { erasedAt: NOON }),
      noticeOf('10', { erasedAt: NOON - 2 }),
      noticeOf('1'),
      noticeOf('2'),
    )

    expect((await of(ALEX))?.erased).toEqual({ vid: '1', at: NOON })
    expect((await of(BO))?.erased).toBeUndefined()
  })

  it('stays queued while the table refuses, and events of the same batch are folded', async () => {
    const { deliver, of, table, recorder } = await start()
    table.refusing = true

    expect(await deliver(noticeOf('1'), eventOf(9, { firstName: 'Al' }, { key: BO }), noticeOf('2'))).toEqual([0, 2])

    expect((await of(BO))?.folded.version).toBe(2)
    expect(recorder.lines).toMatchObject([{ level: 'warn', message: expect.stringContaining('stays queued') }])
    table.refusing = false
    expect(await deliver(noticeOf('1'), noticeOf('2'))).toEqual([])
    expect((await of(ALEX))?.verify).toBe(1)
  })

  it('and events of its owner in one batch both arrive', async () => {
    const { deliver, of } = await start()

    expect(await deliver(eventOf(9, { firstName: 'Al' }), noticeOf('1'))).toEqual([])

    expect(await of(ALEX)).toMatchObject({ verify: 1, folded: { version: 2 }, due: { lane: 'live', at: NOW } })
  })

  it.each([
    { ...noticeOf('1'), vid: 'x' },
    { ...noticeOf('1'), vid: 1 },
    { ...noticeOf('1'), portal: undefined },
    { ...noticeOf('1'), erasedAt: 'today' },
  ])('that this version cannot read is parked: %j', async odd => {
    const { deliver, table, of } = await start()

    expect(await deliver(JSON.parse(JSON.stringify(odd)))).toEqual([])

    expect(await table.countParked()).toBe(1)
    expect(await of(ALEX)).toMatchObject({ verify: 0 })
  })
})
