import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../local/hubspot/random.ts'
import { companyOf, everything } from '../../support/everything.ts'
import type { Called } from '../../support/pipeline.ts'

const EVENTS = 10_000
const USERS = 2_000
const COMPANIES = 100
/** So many reach the table before `deliver` looks again. */
const AT_ONCE = 500

interface Said {
  readonly city: Map<string, string>
  readonly vip: Map<string, boolean>
  readonly done: Map<string, number>
  readonly joined: Map<string, Set<string>>
  readonly named: Map<string, string>
}

/** Of a hundred events 60 identify, 30 track and 10 group; users and companies by chance, each user identified at least once. */
function workload(): { calls: Called[]; said: Said } {
  const random = createRandom(7)
  const said: Said = { city: new Map(), vip: new Map(), done: new Map(), joined: new Map(), named: new Map() }
  const calls: Called[] = []
  for (let n = 0; n < EVENTS; n += 1) {
    const kind = n % 10
    const userId = kind < 6 && n < USERS * 2 ? `u${Math.floor(n / 2)}` : `u${random.integer(USERS)}`
    if (kind < 6) {
      const [city, vip] = [`City ${random.integer(50)}`, random.number() < 0.1]
      said.city.set(userId, city)
      said.vip.set(userId, vip)
      calls.push(['identify', { userId, traits: { email: `${userId}@example.com`, city, vip } }])
    } else if (kind < 9) {
      said.done.set(userId, (said.done.get(userId) ?? 0) + 1)
      calls.push(['track', { userId, event: 'Page Read', properties: { page: random.integer(100) } }])
    } else {
      const company = `c${random.integer(COMPANIES)}`
      const name = `Name ${n}`
      said.named.set(company, name)
      said.joined.set(userId, new Set([...(said.joined.get(userId) ?? []), company]))
      calls.push(['group', { userId, groupId: company, traits: { name } }])
    }
  }
  for (let n = 0; n < USERS; n += 1) {
    const userId = `u${n}`
    if (said.city.has(userId)) continue
    said.city.set(userId, 'Late')
    calls.push(['identify', { userId, traits: { email: `${userId}@example.com`, city: 'Late' } }])
  }
  return { calls, said }
}

describe('identify, track and group together', () => {
  it('leave nothing out and nothing twice, with at most three calls for a hundred events', {
    timeout: 240_000,
  }, async () => {
    const p = everything()
    const { calls, said } = workload()
    const counted = p.countCalls()

    for (let start = 0; start < calls.length; start += AT_ONCE) {
      await p.callAll(calls.slice(start, start + AT_ONCE))
      await p.deliver()
    }
    await p.untilQuiet()

    const made = counted()
    expect(made / calls.length).toBeLessThanOrEqual(0.03)
    const { hubspot } = p
    const contacts = new Map(hubspot.contacts().map(contact => [contact.properties.internal_user_id, contact]))
    expect(contacts.size).toBe(USERS)
    expect(hubspot.contactCount).toBe(USERS)
    expect(hubspot.objects('companies').count).toBe(said.named.size)
    for (const [company, name] of said.named) expect(companyOf(p, company)?.properties.name).toBe(name)
    const vidOf = (userId: string): string => contacts.get(userId)?.vid ?? ''
    for (const [userId, city] of said.city) expect(contacts.get(userId)?.properties.city).toBe(city)
    const pairs = hubspot.associations.between('contacts', 'companies').map(([from, to]) => `${from} ${to}`)
    const wanted = [...said.joined].flatMap(([userId, companies]) =>
      [...companies].map(company => `${vidOf(userId)} ${companyOf(p, company)?.id}`),
    )
    expect(pairs.sort()).toEqual(wanted.sort())
    const vips = [...said.vip].filter(([, vip]) => vip).map(([userId]) => vidOf(userId))
    expect([...hubspot.lists.members('VIP customers')].sort()).toEqual(vips.sort())
    const events = Map.groupBy(hubspot.events.all(), ({ recordId }) => recordId)
    for (const [userId, done] of said.done) expect(events.get(vidOf(userId))).toHaveLength(done)
    expect(new Set(hubspot.events.all().map(({ uuid }) => uuid)).size).toBe(hubspot.events.count)
    expect(await p.waiting()).toBe(0)
  })
})
