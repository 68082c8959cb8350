import { describe, expect, it } from 'vitest'
import { MemoryStore } from '../../functions/store/memory/memory-store.ts'
import type { Passage } from '../support/gate.ts'
import { type Pipeline, pipeline } from '../support/pipeline.ts'

const USERS = Array.from({ length: 120 }, (_, index) => `u${index}`)

/** The table refuses, always, what one kind of call wants to do with one user. */
function refuse(p: Pipeline, what: string, about: string): void {
  p.process.gate.watch = ({ when, what: called, args }: Passage) => {
    if (when === 'before' && called === what && JSON.stringify(args).includes(`${about}"`)) {
      throw new Error('the table refuses it')
    }
  }
}

async function minutes(p: Pipeline, count: number): Promise<void> {
  const end = p.clock.monotonic() + count * 60_000
  while (p.clock.monotonic() < end) {
    const delivery = await p.deliver().catch((error: Error) => error)
    const again = typeof delivery === 'object' && 'again' in delivery ? delivery.again : 60
    await p.clock.advance(again * 1_000)
  }
}

const delivered = (p: Pipeline, city: string): number =>
  p.hubspot.contacts().filter(({ properties }) => properties.city === city).length

describe('a user whom the table refuses', () => {
  it.each([
    ['to settle', 'store.settle', 'user#u7'],
    ['to claim for', 'store.claim', 'user#u7'],
    ['to release a claim of', 'store.release', 'user#u7'],
    ['to read', 'store.readRecords', 'user#u7'],
  ])('%s does not keep the others from being delivered', async (_, call, key) => {
    const p = pipeline()
    await p.identifyAll(USERS.map(id => [id, { email: `${id}@example.com`, city: 'Rome' }]))
    refuse(p, call, key)
    await minutes(p, 20)
    expect(delivered(p, 'Rome')).toBeGreaterThanOrEqual(119)

    await p.identifyAll(USERS.map(id => [id, { email: `${id}@example.org`, city: 'Oslo' }]))
    const calls = p.countCalls()
    await minutes(p, 20)

    expect(delivered(p, 'Oslo')).toBeGreaterThanOrEqual(119)
    expect(calls()).toBeLessThan(200)
  })

  it('to settle, after a crash in the middle of the call, does not keep the others from being delivered', async () => {
    const p = pipeline()
    await p.identifyAll(USERS.map(id => [id, { email: `${id}@example.com`, city: 'Rome' }]))
    p.process.gate.crashWhen(({ what, when }) => what.endsWith('batch/create') && when === 'after')
    await p.deliver().catch(() => undefined)
    p.restart()

    refuse(p, 'store.settle', 'user#u7')
    await minutes(p, 20)

    for (const id of USERS) if (id !== 'u7') expect((await p.user(id)).delivered.state).toBe('synced')
    refuse(p, 'nothing', '')
    await minutes(p, 90)
    await p.untilQuiet()
    expect(delivered(p, 'Rome')).toBe(120)
    expect((await p.user('u7')).delivered.state).toBe('synced')
    expect(await p.store.leftovers()).toEqual([])
  })
})

it('a call of the journal that cannot be read is logged and kept, and everybody is delivered', async () => {
  const call = { id: 'of-tomorrow', kind: 'update', at: 0, records: [], unreadable: 'it is of format 99' } as const
  class Table extends MemoryStore {
    override async leftovers() {
      return [call, ...(await super.leftovers())]
    }
    override async forget(id: string) {
      expect(id).not.toBe(call.id)
      await super.forget(id)
    }
  }
  const p = pipeline({ table: new Table() })
  await p.identify('u1', { email: 'alex@example.com' })

  await p.deliver()

  expect((await p.user('u1')).delivered.state).toBe('synced')
  expect(p.recorder.lines.filter(({ level }) => level === 'error').map(({ fields }) => fields)).toEqual([
    { call: 'of-tomorrow', reason: 'it is of format 99' },
  ])
})
