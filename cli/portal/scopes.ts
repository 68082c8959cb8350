import type { Config } from '../../functions/core/config.ts'
import type { ObjectType } from '../../functions/core/hubspot-objects.ts'
import { typeOf } from './needs.ts'

/**
 * The scopes that a token needs for all that a configuration asks for, as HubSpot's OpenAPI files have them. Which of them
 * a token has, HubSpot does not tell: one that only writing takes is missed when something is written.
 */
export function scopesOf(config: Config): string[] {
  const { events, lists, objects, subscriptions } = config
  const types = Object.entries(objects).map(([name, mapping]) => typeOf(name, mapping))
  const has = (part: object): boolean => Object.keys(part).length > 0
  return [
    ...new Set([
      ...scopesOfType('contacts'),
      ...types.flatMap(scopesOfType),
      ...(events.track || events.page || events.screen
        ? ['analytics.behavioral_events.send', 'behavioral_events.event_definitions.read_write']
        : []),
      ...(has(lists) ? ['crm.lists.read', 'crm.lists.write'] : []),
      ...(has(subscriptions)
        ? ['communication_preferences.read_write', 'communication_preferences.statuses.batch.write']
        : []),
    ]),
  ]
}

function scopesOfType(type: ObjectType): string[] {
  // Tickets are older than the scheme.
  if (type === 'tickets') return ['tickets']
  const name = /^2-\d+$/.test(type) ? 'custom' : type
  return ['objects', 'schemas'].flatMap(part => [`crm.${part}.${name}.read`, `crm.${part}.${name}.write`])
}
