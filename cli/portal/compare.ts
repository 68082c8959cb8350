import type { Config } from '../../functions/core/config.ts'
import type { PropertyDefinition } from '../../functions/core/schema.ts'
import { nearest } from '../nearest.ts'
import { eventFindings, eventsFindings } from './compare-events.ts'
import { propertyFindings, uniqueFindings } from './compare-properties.ts'
import type { Finding, FindingCode } from './finding.ts'
import { type Need, needsOf } from './needs.ts'
import type { PortalView, Reading } from './view.ts'

/**
 * Compares a whole configuration with a portal. Pure: what the portal has was read before.
 * @returns what does not fit, in the order of the settings. Empty: everything will arrive.
 */
export const compare = (config: Config, portal: PortalView): Finding[] =>
  once([
    ...typeFindings(needsOf(config), portal),
    ...needsOf(config).flatMap(need => findingsOf(need, portal, config.timeZone)),
  ])

function findingsOf(need: Need, portal: PortalView, timeZone: string): Finding[] {
  switch (need.kind) {
    case 'property':
      return whereKnown(portal.properties.get(need.type), definitions =>
        propertyFindings(need, byName(definitions), timeZone),
      )
    case 'unique':
      return whereKnown(portal.properties.get(need.type), definitions => uniqueFindings(need, byName(definitions)))
    case 'events':
      return eventsFindings(need, portal.events)
    case 'event':
      return whereKnown(portal.events, definitions => eventFindings(need, definitions))
    case 'label':
      return labelFindings(need, portal)
    case 'list':
      return listFindings(need, portal.lists.get(need.name))
    case 'subscription':
      return subscriptionFindings(need, portal)
  }
}

const whereKnown = <Value>(reading: Reading<Value> | undefined, findings: (value: Value) => Finding[]): Finding[] =>
  reading && 'known' in reading ? findings(reading.known) : []

const byName = (definitions: readonly PropertyDefinition[]): ReadonlyMap<string, PropertyDefinition> =>
  new Map(definitions.map(definition => [definition.name, definition]))

/** A type that HubSpot does not show is one finding, not one for each of its properties. */
function typeFindings(needs: readonly Need[], { properties }: PortalView): Finding[] {
  return [...properties].flatMap(([type, reading]) => {
    const setting = needs.find(need => 'type' in need && need.type === type)?.setting ?? type
    if ('known' in reading) return []
    const { kept, words } = reading
    if (kept === 'forbidden') return [forbidden(setting, `HubSpot does not show the properties of ${type}`, words)]
    return [
      {
        severity: 'error',
        code: 'unknown_type',
        setting,
        message: `HubSpot has no type of objects ${JSON.stringify(type)}.`,
        advice:
          'Set `type` to companies, deals, tickets or the id of a custom object such as 2-1234567 (in HubSpot: Settings → Data Model → the object → its id stands in the address).',
      },
    ]
  })
}

type NeedOf<Kind extends Need['kind']> = Extract<Need, { readonly kind: Kind }>

function labelFindings({ setting, type, label }: NeedOf<'label'>, portal: PortalView): Finding[] {
  const reading = portal.labels.get(type)
  if (!reading) return []
  if (!('known' in reading))
    return [forbidden(setting, `HubSpot does not show the labels between contacts and ${type}`, reading.words)]
  const labels = reading.known.flatMap(each => each.label ?? [])
  if (labels.includes(label)) return []
  const near = nearest(label, labels)
  return [
    {
      severity: 'error',
      code: 'unknown_label',
      setting,
      message: `There is no association label ${JSON.stringify(label)} between contacts and ${type}${meant(near)}.`,
      advice: SETUP_CREATES,
      creation: { kind: 'label', type, label },
    },
  ]
}

function listFindings({ setting, name }: NeedOf<'list'>, reading: Reading<string | undefined> | undefined): Finding[] {
  if (!reading) return []
  if ('known' in reading) {
    if (reading.known !== undefined) return []
    return [
      {
        severity: 'error',
        code: 'unknown_list',
        setting,
        message: `There is no list of contacts ${JSON.stringify(name)}.`,
        advice: SETUP_CREATES,
        creation: { kind: 'list', name },
      },
    ]
  }
  if (reading.kept === 'forbidden') return [forbidden(setting, 'HubSpot does not show its lists', reading.words)]
  return [
    {
      severity: 'error',
      code: 'wrong_list',
      setting,
      message: `The list ${JSON.stringify(name)} is not a static list of contacts, so nobody can be put into it.`,
      advice: 'Give the list in sync.config.ts another name, or rename the one in HubSpot.',
    },
  ]
}

function subscriptionFindings({ setting, name }: NeedOf<'subscription'>, { subscriptions }: PortalView): Finding[] {
  if (!subscriptions) return []
  if (!('known' in subscriptions))
    return [forbidden(setting, 'HubSpot does not show its subscription types', subscriptions.words)]
  const names = subscriptions.known.map(type => type.name)
  if (names.includes(name)) return []
  return [
    {
      severity: 'error',
      code: 'unknown_subscription',
      setting,
      message: `There is no subscription type ${JSON.stringify(name)}${meant(nearest(name, names))}.`,
      advice: 'Create it in HubSpot (Settings → Marketing → Email → Subscription types): only a person can.',
    },
  ]
}

const SETUP_CREATES = '`npx vidsync setup` creates it.'
const meant = (near: string | undefined): string => (near === undefined ? '' : `; there is ${JSON.stringify(near)}`)

const forbidden = (setting: string, what: string, words: string): Finding => ({
  severity: 'error',
  code: 'missing_scope',
  setting,
  message: `${what}: ${words}`,
  advice: 'Give the token the scope, or take the setting out of sync.config.ts.',
})

/** What several settings want of one thing in vain is told once for each thing and kind of trouble. */
function once(findings: readonly Finding[]): Finding[] {
  const told = new Set<string>()
  return findings.filter(({ code, message }) => {
    const key = `${code satisfies FindingCode} ${message}`
    return !told.has(key) && told.add(key)
  })
}
