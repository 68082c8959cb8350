import { describe, expect, it } from 'vitest'
import { objectKey } from '../../../functions/core/keys.ts'
import type { Fault } from '../../../local/hubspot/index.ts'
import { createRandom } from '../../../local/hubspot/random.ts'
import { everything, expectEverythingTold, someOfEverything } from '../../support/everything.ts'
import { Crash, type Passage } from '../../support/gate.ts'
import type { Pipeline } from '../../support/pipeline.ts'
import { deliverOvertaken, deliverWithFailingTable } from '../../support/troubled-deliveries.ts'

/** What waited for something that was late to come has looked again. */
async function quietAtLast(p: Pipeline): Promise<void> {
  await p.untilQuiet()
  await p.clock.advance(60_000)
  await p.untilQuiet()
}

describe('everything beside contacts', () => {
  it('is told', async () => {
    const p = await someOfEverything()

    await p.untilQuiet()

    await expectEverythingTold(p)
  })

  for (const when of ['before', 'after'] as const) {
    it(`survives a process that dies ${when} any one of its calls takes effect`, async () => {
      const points: string[] = []
      for (let call = 1; ; call += 1) {
        const p = await someOfEverything()
        p.restart().gate.crashAt(call, when)
        let crash: Passage | undefined
        await p.deliver().catch((error: Error) => {
          if (!(error instanceof Crash)) throw error
          crash = error.passage
        })
        p.restart()
        if (!crash) break
        points.push(crash.what)
        try {
          await quietAtLast(p)
          await expectEverythingTold(p)
        } catch (error) {
          throw new Error(`crashed ${when} call ${call}, ${crash.what}`, { cause: error })
        }
      }
      expect(points.length).toBeGreaterThan(60)
      expect(points).toEqual(
        expect.arrayContaining([
          'store.journal',
          'hubspot /crm/v3/objects/companies/batch/upsert',
          'hubspot /crm/v4/associations/contacts/companies/batch/create',
          'hubspot /events/v3/send/batch',
          'store.raiseVerify',
        ]),
      )
    })

    it(`survives a table that fails ${when} any one of the calls`, async () => {
      for (let call = 1; ; call += 1) {
        const p = await someOfEverything()
        const failed = await deliverWithFailingTable(p, call, when)
        if (failed === undefined) break
        try {
          await quietAtLast(p)
          await expectEverythingTold(p)
        } catch (error) {
          throw new Error(`${failed} failed ${when} taking effect`, { cause: error })
        }
      }
    })
  }

  it('survives crashes again and again, with answers lost in between', async () => {
    const random = createRandom(3)
    for (let run = 0; run < 40; run += 1) {
      const p = await someOfEverything({ seed: run })
      const story: string[] = []
      for (let crash = 0; crash < 4; crash += 1) {
        const when = random.number() < 0.5 ? 'before' : 'after'
        p.restart().gate.crashAt(1 + random.integer(90), when)
        const path = CALLS[random.integer(CALLS.length)] ?? ''
        p.hubspot.addFault({ match: { path }, fault: { kind: 'drop', when }, times: 1 })
        await p.deliver().catch((error: Error) => {
          if (!(error instanceof Crash)) throw error
          story.push(error.message)
        })
        await p.clock.advance(random.integer(3) * 4_000)
      }
      p.restart()
      try {
        await quietAtLast(p)
        await expectEverythingTold(p)
      } catch (error) {
        throw new Error(story.join('; '), { cause: error })
      }
    }
  })

  it('finds the one record that brings every process down, and goes on without it', async () => {
    const p = await someOfEverything()
    await p.group('new', 'poison', { name: 'Poison' })
    let crashes = 0
    for (let n = 0; n < 120; n += 1) {
      p.restart().gate.crashWhen(
        ({ what, when, args: [, body] }) =>
          when === 'before' && what.endsWith('companies/batch/upsert') && String(body).includes('Poison'),
      )
      const delivery = await p.deliver().catch((error: Error) => {
        if (!(error instanceof Crash)) throw error
        crashes += 1
        return { again: 2 }
      })
      if (delivery === 'nothing_due') break
      await p.clock.advance(delivery.again * 1_000)
    }
    const names = p.hubspot
      .objects('companies')
      .all()
      .map(({ properties }) => properties.name)

    expect(crashes).toBeLessThan(50)
    expect(names.sort()).toEqual(['Acme', 'Other'])
    expect((await p.record(objectKey('companies', 'poison'))).delivered).toMatchObject({
      state: 'rejected',
      problem: { code: 'internal' },
    })
    expect(p.hubspot.events.count).toBe(4)
  })

  it('survives a second deliverer between any two calls', async () => {
    for (let call = 1; ; call += 1) {
      const p = await someOfEverything()
      const second = p.newProcess()
      let begun: Promise<unknown> | undefined
      p.restart().gate.watch = async passage => {
        if (passage.call !== call || passage.when !== 'before') return
        begun = second.deliver()
        await begun
      }
      await p.deliver()
      if (!begun) break
      await p.clock.run(begun)
      try {
        await quietAtLast(p)
        await expectEverythingTold(p)
      } catch (error) {
        throw new Error(`the second began before call ${call}, ${p.process.gate.calls[call - 1]}`, { cause: error })
      }
    }
  })

  it('is told again by a second deliverer whose call an older one of the first has overtaken', async () => {
    const p = everything()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.untilQuiet()

    const traits = { before: { vip: true }, meanwhile: { vip: false } }
    await deliverOvertaken(p, 'u1', traits, what => what.includes('/memberships/'))
    await quietAtLast(p)

    expect(p.hubspot.lists.members('VIP customers')).toEqual([])
  })
})

const FAULTS: Readonly<Record<string, Fault>> = {
  'is lost after it was carried out': { kind: 'drop', when: 'after' },
  'is lost before it was carried out': { kind: 'drop', when: 'before' },
  'never comes': { kind: 'hang', when: 'after' },
  'is an error, and it is carried out 5 s later': { kind: 'late', after: 5_000, answer: 'error' },
  'never comes, and it is carried out 45 s later': { kind: 'late', after: 45_000, answer: 'hang' },
  'is lost, and it is carried out four minutes later': { kind: 'late', after: 240_000, answer: 'drop' },
  'is that it is too much': { kind: 'throttled', policy: 'TEN_SECONDLY_ROLLING' },
  'has nothing in it': { kind: 'missing' },
}

const CALLS = [
  'companies/batch/upsert',
  'associations/contacts/companies/batch/create',
  'batch/associate/default',
  'tickets/batch/archive',
  'memberships',
  'statuses/batch/write',
  'events/v3/send/batch',
  'event-definitions',
  'companies/batch/read',
]

describe('a call whose answer', () => {
  for (const [what, fault] of Object.entries(FAULTS)) {
    it(`${what} costs nothing`, async () => {
      for (const path of CALLS) {
        const p = await someOfEverything()
        p.hubspot.addFault({ match: { path }, fault, times: 1 })
        await quietAtLast(p)
        await expectEverythingTold(p).catch(error => {
          throw new Error(`${path} whose answer ${what}`, { cause: error })
        })
      }
    })
  }
})
