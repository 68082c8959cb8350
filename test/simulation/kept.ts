import type { ConfigInput } from '../../functions/core/config.ts'
import { defineConfig } from '../../functions/core/config.ts'
import type { Switches } from '../../local/hubspot/index.ts'
import type { Deed } from './world/deeds.ts'
import type { Fault } from './world/faults.ts'
import { KINDS } from './world/kinds/setting.ts'
import { completed, type Plan, TOKENS } from './world/plan.ts'

/** A run written down: what once went wrong, with the fewest deeds and faults. */
export interface Kept {
  /** What went wrong, as a sentence of what holds since. */
  readonly name: string
  readonly seed: number
  readonly deeds: readonly Deed[]
  readonly faults: readonly Fault[]
  readonly policies?: ConfigInput['policies']
  readonly switches?: Partial<Switches>
  readonly webhooks?: boolean
  /** There was more than contacts. */
  readonly kinds?: boolean
  readonly latency: number
  readonly tableLatency: number
}

export function planOfKept({
  policies = {},
  switches = {},
  webhooks = false,
  kinds = false,
  name: _,
  ...kept
}: Kept): Plan {
  const config = defineConfig({ ...(kinds ? KINDS : {}), policies })
  return completed({ ...kept, config, switches, webhooks, kinds, tokens: TOKENS })
}

export function keep(plan: Plan, name: string): Kept {
  const { seed, deeds, faults, config, switches, webhooks, kinds, latency, tableLatency } = plan
  return { name, seed, deeds, faults, policies: config.policies, switches, webhooks, kinds, latency, tableLatency }
}
