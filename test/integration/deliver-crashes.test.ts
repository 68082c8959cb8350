import { describe, expect, it } from 'vitest'
import type { Switches } from '../../local/hubspot/index.ts'
import { createRandom } from '../../local/hubspot/random.ts'
import { Crash, type Passage } from '../support/gate.ts'
import { type Pipeline, pipeline } from '../support/pipeline.ts'
import { deliverOvertaken, deliverWithFailingTable } from '../support/troubled-deliveries.ts'
import { dozen, expectDozenDelivered } from '../support/workload.ts'

/** Crashes the next delivery at its n-th call. @returns the crash, or undefined when it ends before */
async function deliverWithCrash(p: Pipeline, call: number, when: Passage['when']): Promise<Crash | undefined> {
  p.restart().gate.crashAt(call, when)
  try {
    await p.deliver()
    return undefined
  } catch (error) {
    if (error instanceof Crash) return error
    throw error
  } finally {
    p.restart()
  }
}

/** Runs the workload once for every call of the first delivery, crashing there. @returns where it crashed */
async function crashEverywhere(when: Passage['when'], switches: Partial<Switches> = {}): Promise<string[]> {
  const points: string[] = []
  for (let call = 1; ; call += 1) {
    const p = await dozen({ switches })
    const crash = await deliverWithCrash(p, call, when)
    if (!crash) return points
    points.push(crash.passage.what)
    try {
      await p.untilQuiet()
      await expectDozenDelivered(p)
    } catch (error) {
      throw new Error(crash.message, { cause: error })
    }
  }
}

const PORTALS: Readonly<Record<string, Partial<Switches>>> = {
  'as documented': {},
  'that answers conflicts the other way round': { emailConflict: '400', uniqueConflict: '409' },
  'that echoes no trace ids': { echoTraces: false },
  'whose batches are all or nothing': { tracesMakePartial: false },
  'whose batches are all or nothing, but keep what was created': {
    tracesMakePartial: false,
    untracedCreate: 'partial',
  },
  'that keeps old addresses as secondary ones': { oldPrimary: 'secondary' },
}

/** What some of them are called after something newer has happened. */
const NEWER = ['new-1', 'nameless', 'adopts-1', 'updates-1', 'moves-1'].map(id => [id, `${id}@newer.com`] as const)

describe('a process that dies', () => {
  for (const [portal, switches] of Object.entries(PORTALS)) {
    for (const when of ['before', 'after'] as const) {
      it(`${when} any one of its calls takes effect costs nothing, in a portal ${portal}`, async () => {
        const points = await crashEverywhere(when, switches)

        expect(points.length).toBeGreaterThan(40)
        expect(points).toEqual(
          expect.arrayContaining([
            'store.open',
            'store.claim',
            'store.journal',
            'hubspot /crm/v3/objects/contacts/batch/create',
            'hubspot /crm/v3/objects/contacts/batch/update',
            'store.settle',
            'store.forget',
            'store.release',
          ]),
        )
      })
    }
  }

  it('at its first start, wherever that is, leaves a portal that the next one understands', async () => {
    for (const when of ['before', 'after'] as const) {
      for (let call = 1; ; call += 1) {
        const p = pipeline()
        await p.identify('u1', { email: 'alex@example.com' })
        const crash = await deliverWithCrash(p, call, when)
        await p.untilQuiet()
        expect(p.contactOf('u1').email, crash?.message).toBe('alex@example.com')
        expect(p.hubspot.contactCount).toBe(1)
        if (!crash) break
      }
    }
  })

  it('again and again costs nothing', async () => {
    const random = createRandom(1)
    for (let run = 0; run < 60; run += 1) {
      const p = await dozen({ seed: run })
      const crashes: string[] = []
      for (let crash = 0; crash < 4; crash += 1) {
        const when = random.number() < 0.5 ? 'before' : 'after'
        const happened = await deliverWithCrash(p, 1 + random.integer(40), when)
        if (happened) crashes.push(happened.message)
        await p.clock.advance(random.integer(3) * 4_000)
      }
      try {
        await p.untilQuiet()
        await expectDozenDelivered(p)
      } catch (error) {
        throw new Error(crashes.join('; '), { cause: error })
      }
    }
  })

  it('while HubSpot carries its call out later costs nothing', async () => {
    for (const path of ['batch/create', 'batch/update']) {
      for (const after of [200, 5_000, 45_000, 250_000]) {
        const p = await dozen()
        p.hubspot.addFault({ match: { path }, fault: { kind: 'late', after, answer: 'hang' }, times: 1 })
        const gate = p.restart().gate
        let crash: Crash | undefined
        gate.watch = passage => {
          if (passage.when === 'before' && passage.what.endsWith(path)) gate.crashAt(passage.call, 'after')
        }
        await p.deliver().catch((error: Crash) => {
          crash = error
        })
        p.restart()
        await p.untilQuiet()
        await expectDozenDelivered(p).catch(error => {
          throw new Error(`${path} carried out after ${after} ms`, { cause: error })
        })
        expect(crash).toBeInstanceOf(Crash)
      }
    }
  })
})

describe('a table that fails', () => {
  it('at any one of the calls costs nothing', async () => {
    for (const when of ['before', 'after'] as const) {
      for (let call = 1; ; call += 1) {
        const p = await dozen()
        const failed = await deliverWithFailingTable(p, call, when)
        if (failed === undefined) break
        try {
          await p.untilQuiet()
          await expectDozenDelivered(p)
        } catch (error) {
          throw new Error(`${failed} failed ${when} taking effect`, { cause: error })
        }
      }
    }
  })
})

describe('a second deliverer', () => {
  it('that delivers something newer while the first stands still has the last word', async () => {
    for (const when of ['before', 'after'] as const) {
      for (let call = 1; ; call += 1) {
        const p = await dozen()
        const second = p.newProcess()
        let stoodStill: string | undefined
        p.restart().gate.watch = async passage => {
          if (passage.call !== call || passage.when !== when) return
          stoodStill = `${when} call ${call}, ${passage.what}`
          for (const [id, email] of NEWER) await p.identifyMeanwhile(id, { email, city: 'Bonn' })
          await second.deliver()
        }
        await p.deliver()
        if (stoodStill === undefined) break
        await p.untilQuiet()

        for (const [id, email] of NEWER) {
          const { email: held, properties } = p.contactOf(id)
          expect({ id, held, city: properties.city }, stoodStill).toEqual({ id, held: email, city: 'Bonn' })
          expect((await p.user(id)).delivered, stoodStill).toMatchObject({ state: 'synced', email })
        }
        expect(p.hubspot.contactCount).toBe(12)
        expect(await p.waiting()).toBe(0)
      }
    }
  })

  it('whose call is overtaken by an older one of the first does not take it for delivered', async () => {
    const p = pipeline()
    await p.identify('u1', { email: 'alex@example.com', city: 'Rome' })
    await p.untilQuiet()

    const traits = { before: { city: 'Older' }, meanwhile: { city: 'Newer' } }
    await deliverOvertaken(p, 'u1', traits, what => what.endsWith('batch/update'))
    await p.untilQuiet()

    const cities = p.hubspot.ledger.writes.flatMap(({ properties: { city } }) => city ?? [])
    expect(cities).toEqual(['Rome', 'Newer', 'Older', 'Newer'])
  })

  for (const how of ['runs to its end', 'runs beside it'] as const) {
    it(`that begins between any two calls of the first and ${how} does no harm`, async () => {
      for (const when of ['before', 'after'] as const) {
        for (let call = 1; ; call += 1) {
          const p = await dozen()
          const second = p.newProcess()
          let begun: Promise<unknown> | undefined
          p.restart().gate.watch = async passage => {
            if (passage.call !== call || passage.when !== when) return
            begun = second.deliver()
            if (how === 'runs to its end') await begun
          }
          await p.deliver()
          if (!begun) break
          await p.clock.run(begun)
          try {
            await p.untilQuiet()
            await expectDozenDelivered(p)
          } catch (error) {
            const what = p.process.gate.calls[call - 1]
            throw new Error(`the second began ${when} call ${call} of the first, ${what}`, { cause: error })
          }
        }
      }
    })
  }
})
