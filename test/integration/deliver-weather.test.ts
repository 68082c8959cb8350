import { describe, expect, it } from 'vitest'
import { type Fault, POSITIONS, type Switches } from '../../local/hubspot/index.ts'
import { createRandom, type SeededRandom } from '../../local/hubspot/random.ts'
import { Crash } from '../support/gate.ts'
import { type Pipeline, pipeline } from '../support/pipeline.ts'
import { dozen, expectDozenDelivered } from '../support/workload.ts'

describe('a portal of any kind', () => {
  const positions = Object.entries(POSITIONS).flatMap(([name, all]) => all.map(position => [name, position] as const))

  it.each(positions)('with %s = %s has every user right in the end', async (name, position) => {
    for (const other of [{}, { tracesMakePartial: false }, { echoTraces: false }]) {
      const p = await dozen({ switches: { ...other, [name]: position } })
      await p.untilQuiet()
      await expectDozenDelivered(p)
    }
  })
})

const FAULTS: readonly Fault[] = [
  { kind: 'throttled', policy: 'TEN_SECONDLY_ROLLING' },
  { kind: 'locked' },
  { kind: 'error', status: 500, when: 'before' },
  { kind: 'error', status: 502, when: 'after', html: true },
  { kind: 'hang', when: 'before' },
  { kind: 'hang', when: 'after' },
  { kind: 'reset', when: 'before' },
  { kind: 'drop', when: 'after' },
  { kind: 'empty' },
  { kind: 'latency', for: 12_000 },
  { kind: 'late', after: 3_000 },
  { kind: 'late', after: 20_000, answer: 'error' },
  { kind: 'late', after: 50_000, answer: 'hang' },
  { kind: 'late', after: 250_000 },
]

const any = <T>(random: SeededRandom, items: readonly T[]): T => {
  const item = items[random.integer(items.length)]
  if (item === undefined) throw new RangeError('nothing to choose from')
  return item
}

/** Users, what their product has said of them last, and how to say more. */
class Product {
  readonly cities = new Map<string, string>()
  readonly emails = new Map<string, string | undefined>()
  readonly #p: Pipeline
  readonly #random: SeededRandom
  #events = 0

  constructor(p: Pipeline, random: SeededRandom) {
    this.#p = p
    this.#random = random
  }

  /** @param shared users take addresses that others have or had; otherwise each has a few of their own */
  async say(shared: boolean, meanwhile = false): Promise<void> {
    const user = `user-${this.#random.integer(12)}`
    this.#events += 1
    const city = `${user}/${this.#events}`
    this.cities.set(user, city)
    const changesEmail = this.#random.number() < 0.3
    const choice = this.#random.integer(4)
    const own = shared ? `user-${this.#random.integer(12)}` : user
    const email = choice === 0 ? undefined : `${own}-${choice}@example.com`
    if (changesEmail) this.emails.set(user, email)
    const traits = { city, ...(changesEmail ? { email: email ?? null } : {}) }
    if (meanwhile) await this.#p.identifyMeanwhile(user, traits)
    else await this.#p.identify(user, traits)
  }

  /** In the end everybody has an address that nobody else has ever had. */
  async makePeace(): Promise<void> {
    for (const user of this.cities.keys()) {
      const city = `${user}/last`
      this.cities.set(user, city)
      this.emails.set(user, `${user}-last@example.com`)
      await this.#p.identify(user, { city, email: `${user}-last@example.com` })
    }
  }
}

/** Somebody who works in HubSpot, and visitors who fill in forms. */
function meddle(p: Pipeline, random: SeededRandom): void {
  const contacts = p.hubspot.contacts()
  const [one, other] = [any(random, contacts), any(random, contacts)]
  const email = `user-${random.integer(12)}-${1 + random.integer(3)}@example.com`
  switch (random.integer(4)) {
    case 0:
      p.hubspot.archiveInUi(one.vid)
      return
    case 1:
      p.hubspot.submitForm(email, { firstname: 'From a form' })
      return
    case 2:
      p.hubspot.editInUi(one.vid, { city: 'edited' })
      return
    case 3:
      // Two users' contacts made one would be a conflict for ever, and rightly so.
      if (one.vid === other.vid || other.properties.internal_user_id) return
      if (random.number() < 0.5) p.hubspot.mergeInUi(one.vid, other.vid)
      else p.hubspot.mergeInUi(other.vid, one.vid)
  }
}

interface Conditions {
  readonly sharedEmails: boolean
  readonly people: boolean
}

async function storm(seed: number, { sharedEmails, people }: Conditions) {
  const random = createRandom(seed)
  const switches: Partial<Switches> = {
    tracesMakePartial: random.number() < 0.7,
    echoTraces: random.number() < 0.7,
    emailConflict: any(random, ['409', '400']),
    uniqueConflict: any(random, ['409', '400']),
    oldPrimary: any(random, ['dropped', 'secondary']),
    mergeIds: any(random, ['new', 'primary']),
  }
  const p = pipeline({ seed, switches, indexLag: () => random.integer(500) })
  const product = new Product(p, random)
  const log: string[] = []
  for (let user = 0; user < 12; user += 1) {
    if (random.number() < 0.3) p.hubspot.seedContact({ email: `user-${user}-${1 + random.integer(3)}@example.com` })
  }
  for (let step = 0; step < 40; step += 1) {
    const dice = random.number()
    if (dice < 0.5) for (let events = random.integer(6); events >= 0; events -= 1) await product.say(sharedEmails)
    if (people && random.number() < 0.3 && p.hubspot.contactCount > 0) meddle(p, random)
    if (dice > 0.7) p.hubspot.addFault({ match: { probability: 0.5 }, fault: any(random, FAULTS), times: 1 })
    if (random.number() < 0.2) p.restart()
    const { gate } = p.process
    const meanwhile = gate.calls.length + 1 + random.integer(60)
    gate.watch = async ({ call, when }) => {
      if (call === meanwhile && when === 'after') await product.say(sharedEmails, true)
    }
    if (dice < 0.15) p.restart().gate.crashAt(1 + random.integer(60), any(random, ['before', 'after']))
    const second = dice > 0.4 && dice < 0.5 ? p.newProcess().deliver() : undefined
    try {
      await p.deliver()
    } catch (error) {
      if (!(error instanceof Crash)) throw error
      log.push(error.message)
      p.restart()
    }
    if (second) await p.clock.run(second)
    await p.clock.advance(random.integer(8) * 1_000)
  }
  p.restart()
  p.hubspot.clearFaults()
  return { p, product, log }
}

/** `STORMS=1000 FIRST_STORM=1 npx vitest run test/integration/deliver-weather` for more of it. */
const seeds = Number(process.env.STORMS ?? 15)
const first = Number(process.env.FIRST_STORM ?? 1)
const storms = Array.from({ length: seeds }, (_, index) => first + index)

/** Long enough for every look, also the slowest. */
async function days(p: Pipeline, count: number): Promise<void> {
  for (let day = 0; day < count; day += 1) {
    await p.untilQuiet()
    await p.clock.advance(86_400_000)
  }
  await p.untilQuiet()
}

async function expectEverybodyRight({ p, product, log }: Awaited<ReturnType<typeof storm>>): Promise<void> {
  for (const [user, city] of product.cities) {
    const contacts = p.contactsOf(user).map(({ email, properties }) => ({ email, city: properties.city }))
    expect(contacts, `${user} after ${log.join('; ')}`).toEqual([{ email: product.emails.get(user), city }])
    expect((await p.user(user)).delivered).toMatchObject({ state: 'synced', vid: p.contactOf(user).vid })
  }
  expect(await p.store.leftovers()).toEqual([])
  expect(await p.waiting()).toBe(0)
}

/** No contact holds what one user's product said of it and another user's id. */
function expectNoMixture(p: Pipeline): void {
  for (const { properties } of p.hubspot.contacts()) {
    const [user] = (properties.city ?? '').split('/')
    if (user?.startsWith('user-') && properties.internal_user_id) expect(properties.internal_user_id).toBe(user)
  }
}

describe('whatever happens, every user has one contact with the newest values in the end', () => {
  it.each(storms)('when users keep to their own addresses (storm %i)', async seed => {
    const after = await storm(seed, { sharedEmails: false, people: false })
    await days(after.p, 3)
    expectNoMixture(after.p)
    await expectEverybodyRight(after)
  })

  it.each(storms)('when users take each other’s addresses, and then have their own (storm %i)', async seed => {
    const after = await storm(seed, { sharedEmails: true, people: false })
    await days(after.p, 3)
    expectNoMixture(after.p)
    await after.product.makePeace()
    await days(after.p, 3)
    await expectEverybodyRight(after)
  })

  it.each(storms)('when people delete, edit and merge contacts meanwhile (storm %i)', async seed => {
    const after = await storm(seed, { sharedEmails: false, people: true })
    await days(after.p, 3)
    expectNoMixture(after.p)
    await after.product.makePeace()
    await days(after.p, 3)
    await expectEverybodyRight(after)
  })

  it.each(storms)('when all of that happens at once (storm %i)', async seed => {
    const after = await storm(seed, { sharedEmails: true, people: true })
    await days(after.p, 3)
    expectNoMixture(after.p)
    await after.product.makePeace()
    await days(after.p, 3)
    await expectEverybodyRight(after)
  })
})
