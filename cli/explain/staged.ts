import type { Config } from '../../functions/core/config.ts'
import type { UserEvent } from '../../functions/core/event.ts'
import { sayingsOf } from '../../functions/core/mapping/saying.ts'
import type { Environment } from '../command.ts'
import { namesHubSpot, reachHubSpot, versionIn } from '../hubspot.ts'
import { readPortal } from '../portal/read.ts'
import { cast } from './cast.ts'
import { dressAs, dressToFit } from './dress.ts'
import { type ExplainedEvent, explain } from './explanation.ts'
import type { JumpingClock } from './jumping-clock.ts'
import { rehearse } from './rehearse.ts'
import { sourcesOf } from './sources.ts'
import { type RehearsedCall, Stage } from './stage.ts'

/** What would become of events. */
export interface Explanation {
  readonly events: readonly ExplainedEvent[]
  readonly calls: readonly RehearsedCall[]
  /** The HubSpot account that judged; absent where there was none to ask. */
  readonly account: string | undefined
}

export const UNKNOWN_SCHEMA =
  'Nobody knows the properties of your HubSpot account here: each is taken for a text that exists. Set HUBSPOT_ACCESS_TOKEN to have types judged.'

/** Lets events go through all of vidsync on this machine, and says what becomes of each value. @throws Failed */
export async function explanationOf(
  config: Config,
  events: readonly UserEvent[],
  clock: JumpingClock,
  environment: Environment,
  offline: boolean,
): Promise<Explanation> {
  const { stage, account } = await staged(config, events, clock, environment, offline)
  const keys = [...new Set(events.flatMap(event => sayingsOf(event, stage.config)).map(({ key }) => key))]
  const rehearsal = await rehearse(stage, clock, events, keys)
  const told = events.map(event => {
    const sayings = sayingsOf(event, stage.config)
    return explain(event, sayings, sourcesOf(event, stage.config), rehearsal, stage.config, words =>
      stage.asOfPortal(words),
    )
  })
  // What the account is asked for only because this process is new is no call of the event's.
  return { events: told, calls: rehearsal.calls.filter(({ method }) => method !== 'GET'), account }
}

/** Everything that the events need of a HubSpot. @throws Failed */
async function staged(
  config: Config,
  events: readonly UserEvent[],
  clock: JumpingClock,
  environment: Environment,
  offline: boolean,
): Promise<{ stage: Stage; account: string | undefined }> {
  const stage = new Stage(config, clock, versionIn(environment))
  const sayings = events.flatMap(event => sayingsOf(event, stage.config))
  if (offline || !namesHubSpot(environment)) {
    await dressToFit(stage, sayings)
    return { stage, account: undefined }
  }
  const { hubspot } = reachHubSpot(environment)
  const portal = await readPortal(hubspot, config)
  await dressAs(stage, portal)
  await cast(stage, hubspot, sayings, config)
  return { stage, account: portal.id }
}
