import type { Config } from '../../../functions/core/config.ts'
import { defineConfig } from '../../../functions/core/config.ts'
import type { Millis } from '../../../functions/core/types.ts'
import { POSITIONS, type Switches } from '../../../local/hubspot/index.ts'
import { createRandom, type SeededRandom } from '../../../local/hubspot/random.ts'
import type { Deed } from './deeds.ts'
import { drawDeeds } from './draw-deeds.ts'
import { drawFaults } from './draw-faults.ts'
import type { Fault } from './faults.ts'
import { drawKindDeeds } from './kinds/draw.ts'
import { KINDS } from './kinds/setting.ts'
import { userName } from './tags.ts'

/** Everything that a run will be, before it begins. */
export interface Plan {
  readonly seed: number
  readonly deeds: readonly Deed[]
  readonly faults: readonly Fault[]
  readonly config: Config
  readonly switches: Partial<Switches>
  readonly tokens: readonly string[]
  /** Whether there is more than contacts: companies, orders, teams, lists, subscriptions, events. */
  readonly kinds: boolean
  /** Whether HubSpot tells of what happens in it. */
  readonly webhooks: boolean
  /** Milliseconds that a call to HubSpot takes, at most. */
  readonly latency: Millis
  /** Milliseconds that a request to the table or a queue takes, at most; 0: none, only the order is drawn. */
  readonly tableLatency: Millis
  /** Whether what was said of `said` may be in the contact of `user`: they are, or become, one. */
  becomes(said: string, user: string): boolean
}

/** The first is replaced by the second where a run has it so. */
export const TOKENS = ['tok7x-1', 'tok7x-2'] as const

/** Draws a run. */
export function planOf(seed: number): Plan {
  const random = createRandom(seed)
  for (let warm = 0; warm < 4; warm++) random.number()
  const length = 20_000 + random.integer(100_000)
  // From a random of their own, so that the runs without them stay what they were.
  const more = createRandom(seed * 11 + 5)
  const kinds = chance(more, 0.35)
  const contacts = drawDeeds(random, length)
  const deeds = kinds ? [...contacts, ...drawKindDeeds(more, length, usersIn(contacts))].sort(byTime) : contacts
  const config = defineConfig({
    ...(kinds ? KINDS : {}),
    policies: {
      deletedInHubSpot: chance(random, 0.8) ? 'recreate' : 'leave',
      deletedUser: any(random, ['keep', 'keep', 'clear', 'archive', 'erase']),
      contactWithNewEmail: any(random, ['merge', 'merge', 'merge', 'merge-young', 'report']),
      aliasedContact: chance(random, 0.8) ? 'merge' : 'report',
    },
  })
  const faults = drawFaults(random, length)
  return completed({
    seed,
    deeds,
    faults,
    config,
    switches: drawSwitches(random),
    tokens: TOKENS,
    kinds,
    latency: any(random, [50, 200, 1_000]),
    tableLatency: any(random, [0, 0, 0, 10, 40]),
    webhooks: chance(random, 0.3) || faults.some(fault => fault.kind === 'crash' && fault.fn === 'notice'),
  })
}

const byTime = (a: Deed, b: Deed): number => a.at - b.at

/** Some of them may become others; a few who have said nothing else make themselves heard, too. */
const usersIn = (deeds: readonly Deed[]): string[] => [
  ...new Set([...deeds.flatMap(deed => ('user' in deed ? [deed.user] : [])), userName(0), userName(6)]),
]

/** A plan with other deeds and faults: what is left when some are taken away. */
export const replanned = (plan: Plan, deeds: readonly Deed[], faults: readonly Fault[]): Plan =>
  completed({ ...plan, deeds, faults })

export function completed(plan: Omit<Plan, 'becomes'>): Plan {
  const aliases = new Map(
    plan.deeds.flatMap(deed => (deed.do === 'alias' ? [[deed.previous, deed.user] as const] : [])),
  )
  const addresses = plan.deeds.flatMap(deed =>
    deed.do === 'identify' ? [{ user: deed.user, address: String(deed.traits.email) }] : [],
  )
  const merges = plan.deeds.some(deed => deed.do === 'merge')
  const becomes = (previous: string, user: string): boolean => {
    // What a lead has said is said by whoever has the address, or whose contact people merged with the lead's.
    if (previous.startsWith('lead:')) {
      const address = previous.slice('lead:'.length)
      return merges || addresses.some(had => had.address === address && isOne(had.user, user))
    }
    return isOne(previous, user)
  }
  const end = (name: string): string => {
    let at = name
    for (let hops = 0; hops < 9; hops++) at = aliases.get(at) ?? at
    return at
  }
  const isOne = (name: string, other: string): boolean => end(name) === end(other)
  return { ...plan, becomes }
}

function drawSwitches(random: SeededRandom): Partial<Switches> {
  const switches: Record<string, unknown> = {}
  for (const [name, positions] of Object.entries(POSITIONS)) {
    // Most of them as they are, some of them otherwise.
    if (TURNED.has(name) && chance(random, 0.3)) switches[name] = positions[random.integer(positions.length)]
  }
  if (chance(random, 0.3)) switches.retryAfterOn429 = 3
  return switches
}

const TURNED = new Set([
  'tracesMakePartial',
  'echoTraces',
  'emailConflict',
  'uniqueConflict',
  'untracedCreate',
  'sameEmailTwice',
  'twoIdsOneRecord',
  'duplicateReadIds',
  'readSameRecord',
  'archiveUnknown',
  'oldPrimary',
  'promotedOver',
  'formFlipsPrimary',
  'secondaryEmailApi',
  'mergeIds',
  'updateMergedAway',
  'loserEmail',
  'loserUnique',
  'mergeFillsGaps',
  'rateLimitShape',
])

export function any<T>(random: SeededRandom, items: readonly T[]): T {
  const item = items[random.integer(items.length)]
  if (item === undefined) throw new RangeError('nothing to choose from')
  return item
}

export const chance = (random: SeededRandom, probability: number): boolean => random.number() < probability
