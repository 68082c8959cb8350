import type { EventDefinition } from '../../functions/core/hubspot-objects.ts'
import { settingOf } from '../../functions/core/mapping/field.ts'
import type { Field } from '../../functions/core/mapping-settings.ts'
import type { Finding } from './finding.ts'
import type { Need } from './needs.ts'
import type { Reading } from './view.ts'

type NeedOf<Kind extends Need['kind']> = Extract<Need, { readonly kind: Kind }>

/** Whether the account has events at all. */
export function eventsFindings(
  { setting }: NeedOf<'events'>,
  reading: Reading<readonly EventDefinition[]> | undefined,
): Finding[] {
  if (!reading || 'known' in reading) return []
  return [
    {
      severity: 'error',
      code: 'missing_scope',
      setting,
      message: `HubSpot does not show custom events, so that track calls cannot become any: ${reading.words}`,
      advice:
        'Custom events take HubSpot’s Enterprise tier and the scopes analytics.behavioral_events.send and behavioral_events.event_definitions.read_write. Without, set `events: { track: false }` in sync.config.ts.',
    },
  ]
}

export function eventFindings(need: NeedOf<'event'>, definitions: readonly EventDefinition[]): Finding[] {
  const { setting, name, label, fields, automatic } = need
  const found = definitions.find(definition => definition.name === name)
  if (found) return propertyFindings(need, found)
  return [
    {
      severity: automatic ? 'note' : 'error',
      code: 'unknown_event',
      setting,
      message: `There is no custom event ${name}.`,
      // HubSpot takes only the properties that an event is defined with, and only its calls tell which it has.
      ...(automatic
        ? { advice: 'The first ones of its kind create it, with the properties that they have.' }
        : {
            advice:
              '`npx vidsync setup` creates it with the properties of `events.fields`; add those of its calls in HubSpot.',
            creation: { kind: 'event', name, label, properties: Object.entries(fields).map(propertyOf) },
          }),
    },
  ]
}

/** An event with a property that its definition lacks is refused by HubSpot. */
function propertyFindings({ name, fields }: NeedOf<'event'>, found: EventDefinition): Finding[] {
  return Object.keys(fields)
    .filter(property => !found.properties.includes(property))
    .map(property => ({
      severity: 'warning',
      code: 'unknown_event_property',
      setting: `events.fields.${property}`,
      message: `The custom event ${name} has no property ${property}.`,
      advice: 'Add it in HubSpot (Data Management → Custom Events → the event → Properties), or take the field out.',
    }))
}

function propertyOf([name, field]: readonly [string, Field]): {
  readonly name: string
  readonly type: 'string' | 'number' | 'datetime'
} {
  const setting = settingOf(field)
  if ('value' in setting && typeof setting.value === 'number') return { name, type: 'number' }
  return { name, type: 'from' in setting && setting.from === 'timestamp' ? 'datetime' : 'string' }
}
