import type { Config } from '../../functions/core/config.ts'
import { kindOf, objectNameOf } from '../../functions/core/keys.ts'
import { propertyOf } from '../../functions/core/mapping/choice.ts'
import type { Saying } from '../../functions/core/mapping/saying.ts'
import { create } from '../portal/create.ts'
import { needsOf, typeOf } from '../portal/needs.ts'
import type { PortalView } from '../portal/view.ts'
import type { Stage } from './stage.ts'

/** Gives the stage the shape of a real portal, as far as it was read. */
export async function dressAs(stage: Stage, portal: PortalView): Promise<void> {
  for (const [type, reading] of portal.properties) if ('known' in reading) stage.define(type, reading.known)
  for (const [type, reading] of portal.labels) {
    for (const { label } of 'known' in reading ? reading.known : [])
      if (label !== null) await create(stage.client, { kind: 'label', type: stage.typeHere(type), label })
  }
  for (const [name, reading] of portal.lists)
    if ('known' in reading && reading.known !== undefined) await create(stage.client, { kind: 'list', name })
  if (portal.subscriptions && 'known' in portal.subscriptions)
    for (const { name, id } of portal.subscriptions.known) stage.hubspot.subscriptions.define(name, id)
  if (portal.events && 'known' in portal.events)
    for (const { name, properties } of portal.events.known)
      await create(stage.client, { kind: 'event', name, label: name, properties: texts(properties) })
}

/** Gives the stage everything that the configuration and the events speak of: where nobody knows what a portal has. */
export async function dressToFit(stage: Stage, sayings: readonly Saying[]): Promise<void> {
  const { config, client, hubspot } = stage
  for (const need of needsOf(config)) {
    if (need.kind === 'unique') await define(stage, need.type, [need.name], true)
    else if (need.kind === 'property') await define(stage, need.type, [need.name])
    else if (need.kind === 'label' || need.kind === 'list') await create(client, need)
    else if (need.kind === 'subscription') hubspot.subscriptions.define(need.name)
  }
  for (const { key, wishes, occurrence } of sayings) {
    const names = [...wishes.keys()].map(propertyOf)
    const kind = kindOf(key)
    if (kind === 'contact') await define(stage, 'contacts', names)
    if (kind === 'object') await define(stage, typeNamed(objectNameOf(key), config), names)
    if (occurrence) {
      const { name } = occurrence
      await create(client, { kind: 'event', name, label: name, properties: texts(names) })
    }
  }
}

const typeNamed = (name: string, { objects }: Config): string => {
  const mapping = objects[name]
  return mapping ? typeOf(name, mapping) : name
}

const texts = (names: readonly string[]) =>
  names.filter(name => !name.startsWith('hs_')).map(name => ({ name, type: 'string' as const }))

async function define(stage: Stage, type: string, names: readonly string[], unique = false): Promise<void> {
  const answer = await stage.client.readProperties(type)
  const known = new Set(answer.kind === 'ok' ? answer.value.map(({ name }) => name) : [])
  for (const name of names)
    if (!known.has(name) && /^[a-z][a-z0-9_]*$/.test(name))
      stage.hubspot.defineProperty({ name, hasUniqueValue: unique }, type)
}
