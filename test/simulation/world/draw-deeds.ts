import type { Millis } from '../../../functions/core/types.ts'
import type { SeededRandom } from '../../../local/hubspot/random.ts'
import type { Deed, Traits } from './deeds.ts'
import { any, chance } from './plan.ts'
import { sayingOf, userName } from './tags.ts'

/** Draws what products, people and browsers do within `length` milliseconds: a few users, each with a few events. */
export function drawDeeds(random: SeededRandom, length: Millis): Deed[] {
  const users = Array.from({ length: 2 + random.integer(4) }, (_, index) => userName(index))
  // Not everything happens in every run: what happens always hides what happens otherwise.
  const shared = chance(random, 0.5)
  const people = chance(random, 0.4)
  const aliases = chance(random, 0.25)
  const deletions = chance(random, 0.2)
  const leads = chance(random, 0.3)
  const oddities = chance(random, 0.3)
  const moments = Array.from({ length: 6 + random.integer(18) }, () => random.integer(length)).sort((a, b) => a - b)
  const deeds: Deed[] = []
  let said = 0
  let lastAt = 0
  const add = (deed: Deed) => deeds.push(deed)
  const email = (user: string): string => {
    const whose = shared && chance(random, 0.4) ? any(random, users) : user
    return `${whose}-${random.integer(3)}@example.com`
  }
  const traitsOf = (user: string): Traits => {
    said += 1
    const traits: Record<string, string | number | null> = { city: sayingOf(user, said) }
    if (chance(random, 0.5)) traits.email = chance(random, 0.08) ? null : email(user)
    if (chance(random, 0.3)) traits.firstName = chance(random, 0.2) ? null : sayingOf(user, said)
    if (oddities && chance(random, 0.2)) traits.birthday = chance(random, 0.5) ? '1990-05-04' : 'not a day'
    if (oddities && chance(random, 0.1)) traits.no_such_property = sayingOf(user, said)
    if (oddities && chance(random, 0.05)) traits.jobTitle = sayingOf(user, said).padEnd(70_000, 'x')
    return traits
  }
  const identify = (user: string, at: Millis) => {
    const late = chance(random, 0.2) ? { ago: random.integer(60_000) } : {}
    const tie = lastAt > 0 && chance(random, 0.1) ? { ago: at - lastAt } : {}
    add({
      at,
      do: 'identify',
      user,
      traits: traitsOf(user),
      ...late,
      ...tie,
      ...(chance(random, 0.1) ? { bulk: true } : {}),
    })
    lastAt = at
  }
  for (const user of users) {
    if (chance(random, 0.3)) add({ at: 0, do: 'seed', email: `${user}-${random.integer(3)}@example.com` })
  }
  let aliased = 0
  for (const at of moments) {
    const user = any(random, users)
    const dice = random.number()
    if (people && dice < 0.25) add(peopleDo(random, users, at))
    else if (aliases && dice < 0.32 && aliased < 2) {
      aliased += 1
      const previous = userName(8 + aliased)
      // The previous id has a life of its own before.
      if (chance(random, 0.7)) identify(previous, Math.max(0, at - random.integer(20_000)))
      add({ at, do: 'alias', previous, user })
      if (chance(random, 0.5)) identify(previous, at + random.integer(20_000))
    } else if (deletions && dice < 0.4) add({ at, do: 'delete', user })
    else if (leads && dice < 0.5) {
      const address = email(user)
      add({ at, do: 'lead', traits: { email: address, lastName: sayingOf(`lead:${address}`, at) } })
    } else if (oddities && dice < 0.55) add({ at, do: 'poison', body: any(random, POISON) })
    else if (dice < 0.6) add({ at, do: 'forge', how: any(random, ['key', 'signature', 'stale', 'webhook']), user })
    else if (shared && dice < 0.65) swap(random, users, at, sayingOf, add)
    else identify(user, at)
  }
  return deeds.sort((a, b) => a.at - b.at)
}

const POISON = ['{', '{"type":"nonsense"}', '{"type":"identify","key":"user#__proto__"}', 'x'.repeat(300_000)]

/** Two users take each other's addresses, at nearly the same moment. */
function swap(
  random: SeededRandom,
  users: readonly string[],
  at: Millis,
  value: (user: string, count: number) => string,
  add: (deed: Deed) => void,
): void {
  const [one, other] = random.shuffle(users)
  if (one === undefined || other === undefined) return
  const say = (user: string, whose: string, when: Millis) =>
    add({ at: when, do: 'identify', user, traits: { email: `${whose}-0@example.com`, city: value(user, when) } })
  say(one, other, at)
  say(other, one, at + random.integer(3_000))
}

/** Somebody works in HubSpot, or a visitor fills in a form. */
function peopleDo(random: SeededRandom, users: readonly string[], at: Millis): Deed {
  const email = `${any(random, users)}-${random.integer(3)}@example.com`
  switch (random.integer(5)) {
    case 0:
      return { at, do: 'archive', contact: random.number() }
    case 1:
      return { at, do: 'form', email, name: 'From a form' }
    case 2:
      return { at, do: 'edit', contact: random.number(), city: 'edited by hand' }
    case 3:
      return { at, do: 'visit', browser: `browser-${random.integer(2)}`, email }
    default:
      return { at, do: 'merge', contact: random.number(), other: random.number() }
  }
}
