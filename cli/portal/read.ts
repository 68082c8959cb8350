import type { Config } from '../../functions/core/config.ts'
import type { Answer, HubSpot } from '../../functions/core/hubspot.ts'
import type { HubSpotObjects, ObjectType } from '../../functions/core/hubspot-objects.ts'
import { EXIT, Failed } from '../command.ts'
import { needsOf } from './needs.ts'
import type { PortalView, Reading } from './view.ts'

/** What reading a portal takes. */
export type Readable = Pick<HubSpot, 'readPortalId'> &
  Pick<
    HubSpotObjects,
    'readProperties' | 'readAssociationLabels' | 'findList' | 'readEventDefinitions' | 'readSubscriptionTypes'
  >

/** Reads as much of a portal as the configuration speaks of. Writes nothing. @throws Failed: unreachable, or usage. */
export async function readPortal(hubspot: Readable, config: Config): Promise<PortalView> {
  const needs = needsOf(config)
  const typesOf = (kind: 'unique' | 'label'): ObjectType[] => [
    ...new Set(needs.flatMap(need => (need.kind === kind ? [need.type] : []))),
  ]
  const lists = needs.flatMap(need => (need.kind === 'list' ? [need.name] : []))
  const has = (kind: 'events' | 'subscription') => needs.some(need => need.kind === kind)

  const id = definite(await hubspot.readPortalId())
  // One after the other: a person waits for it, and deliveries go on meanwhile.
  const properties = await each(typesOf('unique'), async type => reading(await hubspot.readProperties(type)))
  const labels = await each(typesOf('label'), async type => reading(await hubspot.readAssociationLabels(type)))
  const found = await each(lists, async name => reading(await hubspot.findList(name)))
  return {
    id,
    properties,
    labels,
    lists: found,
    ...(has('events') ? { events: reading(await hubspot.readEventDefinitions()) } : {}),
    ...(has('subscription') ? { subscriptions: reading(await hubspot.readSubscriptionTypes()) } : {}),
  }
}

async function each<Key, Value>(keys: readonly Key[], read: (key: Key) => Promise<Value>): Promise<Map<Key, Value>> {
  const all = new Map<Key, Value>()
  for (const key of keys) all.set(key, await read(key))
  return all
}

/** What HubSpot says, where a refusal is an answer, too. @throws Failed */
function reading<Value>(answer: Answer<Value>): Reading<Value> {
  if (answer.kind === 'ok') return { known: answer.value }
  if (answer.kind === 'rejected')
    return { kept: 'refused', words: answer.errors.map(({ message }) => message).join('; ') }
  if (answer.kind === 'account' && answer.code === 'forbidden') return { kept: 'forbidden', words: answer.message }
  throw unanswered(answer)
}

function definite<Value>(answer: Answer<Value>): Value {
  if (answer.kind === 'ok') return answer.value
  throw unanswered(answer)
}

/** Why HubSpot has not done what was asked, as the end of a command. */
export function unanswered(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): Failed {
  switch (answer.kind) {
    case 'unavailable':
      return new Failed(
        EXIT.unreachable,
        `${answer.message} Check your network, or try again; for your own account set HUBSPOT_ACCESS_TOKEN, for the embedded HubSpot run \`npm start\` (on another port: set VIDSYNC_URL).`,
      )
    case 'throttled':
      return new Failed(EXIT.unreachable, `HubSpot asks to wait (${answer.message}): try again in a minute.`)
    case 'rejected':
      return new Failed(EXIT.problems, `HubSpot refuses: ${answer.errors.map(({ message }) => message).join('; ')}`)
    case 'account':
      if (answer.code === 'daily_limit')
        return new Failed(EXIT.unreachable, `${answer.message} The day's calls are used up: try again after midnight.`)
      return new Failed(
        EXIT.usage,
        `HubSpot does not let the token in (${answer.message}): set HUBSPOT_ACCESS_TOKEN to that of a service key or private app of your account.`,
      )
  }
}
