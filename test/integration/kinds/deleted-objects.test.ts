import { describe, expect, it } from 'vitest'
import { companyOf, everything, joinedTo } from '../../support/everything.ts'
import type { Called, Pipeline } from '../../support/pipeline.ts'

const member = (id: string): Called => ['group', { userId: id, groupId: 'acme', traits: { name: 'Acme' } }]

async function start(length: number): Promise<Pipeline> {
  const p = everything()
  const ids = Array.from({ length }, (_, n) => `u${n}`)
  await p.identifyAll(ids.map(id => [id, { email: `${id}@example.com` }]))
  await p.callAll(ids.map(member))
  await p.untilQuiet()
  return p
}

describe('an object that somebody deletes in HubSpot', () => {
  it('is made again for whoever is to belong to it, with all that was said of it', async () => {
    const p = await start(3)
    const [acme] = p.hubspot.objects('companies').all()
    p.hubspot.objects('companies').archive(acme?.id ?? '')
    const ids = Array.from({ length: 300 }, (_, n) => `n${n}`)
    await p.identifyAll(ids.map(id => [id, { email: `${id}@example.com` }]))
    await p.callAll(ids.map((id): Called => ['group', { userId: id, groupId: 'acme', traits: {} }]))
    const calls = p.countCalls()

    await p.untilQuiet()
    await p.clock.advance(10_000)
    await p.untilQuiet()

    expect(companyOf(p, 'acme')?.properties.name).toBe('Acme')
    expect(ids.filter(id => joinedTo(p, id).length === 1)).toHaveLength(300)
    expect(calls()).toBeLessThan(15)
    expect(await p.waiting()).toBe(0)
  })

  it('and is not to be made anew keeps those waiting who are to belong to it, at a call now and then', async () => {
    const p = everything({
      config: {
        objects: {
          companies: { from: 'group', id: 'groupId', uniqueProperty: 'internal_company_id', mode: 'insert' },
        },
      },
    })
    await p.identifyAll(['u1', 'u2'].map(id => [id, { email: `${id}@example.com` }]))
    await p.callAll([member('u1')])
    await p.untilQuiet()
    const [acme] = p.hubspot.objects('companies').all()
    p.hubspot.objects('companies').archive(acme?.id ?? '')
    await p.callAll([member('u2')])
    const calls = p.countCalls()

    await p.untilQuiet()
    await p.clock.advance(3_600_000)
    await p.untilQuiet()

    expect(p.hubspot.objects('companies').count).toBe(0)
    expect(await p.waiting()).toBe(await p.waiting(['waiting']))
    expect(await p.waiting(['waiting'])).toBe(1)
    expect(calls()).toBeLessThan(20)
  })
})
