import type { Config } from '../../functions/core/config.ts'
import type { Answer } from '../../functions/core/hubspot.ts'
import { addressesIn, uniqueIdOf } from '../../functions/core/identity.ts'
import { kindOf, objectNameOf, ownerOf } from '../../functions/core/keys.ts'
import { propertyOf } from '../../functions/core/mapping/choice.ts'
import type { Saying } from '../../functions/core/mapping/saying.ts'
import type { HubSpotClient } from '../../functions/hubspot/client.ts'
import { typeOf } from '../portal/needs.ts'
import { unanswered } from '../portal/read.ts'
import type { Stage } from './stage.ts'

type Values = Readonly<Record<string, string | null>>

/**
 * Puts on the stage what the portal has of the people and objects that are spoken of: contacts by address and by user id,
 * objects by their unique property. Reads the portal and writes nothing. @throws Failed
 */
export async function cast(
  stage: Stage,
  portal: HubSpotClient,
  sayings: readonly Saying[],
  config: Config,
): Promise<void> {
  await castContacts(stage, portal, sayings)
  for (const saying of sayings) {
    const mapping = kindOf(saying.key) === 'object' ? config.objects[objectNameOf(saying.key)] : undefined
    const id = mapping && textOf(saying, mapping.uniqueProperty)
    if (!mapping || id === undefined) continue
    const type = typeOf(objectNameOf(saying.key), mapping)
    const properties = await writable(stage, stage.typeHere(type), [saying], mapping.uniqueProperty)
    const found = taken(await portal.readObjects(type, { property: mapping.uniqueProperty }, [id], properties))
    for (const object of found?.objects ?? []) {
      const scene = stage.hubspot.objects(stage.typeHere(type))
      if (scene.where(mapping.uniqueProperty, id).length === 0)
        put(values => scene.seed(values), only(properties, object.properties), [mapping.uniqueProperty])
    }
  }
}

async function castContacts(stage: Stage, portal: HubSpotClient, sayings: readonly Saying[]): Promise<void> {
  const { uniqueProperty } = stage.config.contacts
  const spoken = sayings.filter(({ key }) => kindOf(key) === 'contact')
  const emails = spoken.flatMap(saying => textOf(saying, 'email') ?? [])
  const ids = sayings.flatMap(({ key }) => uniqueIdOf(ownerOf(key) ?? key) ?? [])
  const properties = await writable(stage, 'contacts', spoken, uniqueProperty)
  const lookUps = [
    [{ by: 'email' }, emails],
    [{ by: 'property', name: uniqueProperty }, ids],
  ] as const
  for (const [lookUp, values] of lookUps) {
    const wanted = [...new Set(values)]
    if (wanted.length === 0) continue
    const found = taken(await portal.readContacts(lookUp, wanted, ['email', 'hs_additional_emails', ...properties]))
    for (const contact of found?.contacts ?? []) {
      const { vid } = contact
      if (stage.hubspot.contact(vid)) continue
      const [email, ...secondaryEmails] = addressesIn(contact)
      const person = { vid, secondaryEmails, ...(email === undefined ? {} : { email }) }
      put(given => stage.hubspot.seedContact({ ...person, properties: given }), only(properties, contact.properties), [
        uniqueProperty,
      ])
    }
  }
}

/** A portal that has no such property or type has nothing to put on the stage. @throws Failed */
function taken<Value>(answer: Answer<Value>): Value | undefined {
  if (answer.kind === 'ok') return answer.value
  if (answer.kind === 'rejected') return undefined
  throw unanswered(answer)
}

/** Values that the portal holds may be such as it would not take any more: those that matter least are left out then. */
function put(seed: (values: Record<string, string>) => unknown, values: Record<string, string>, least: string[]): void {
  try {
    seed(values)
  } catch {
    seed(only(least, values))
  }
}

function only(names: readonly string[], values: Values): Record<string, string> {
  return Object.fromEntries(
    names.flatMap(name => {
      const value = values[name]
      return value ? [[name, value] as const] : []
    }),
  )
}

/** The properties that are spoken of and may be written, the unique one among them. */
async function writable(stage: Stage, type: string, sayings: readonly Saying[], unique: string): Promise<string[]> {
  const answer = await stage.client.readProperties(type)
  const definitions = answer.kind === 'ok' ? answer.value : []
  const free = new Set(definitions.flatMap(({ name, readOnly }) => (readOnly ? [] : [name])))
  const wished = sayings.flatMap(({ wishes }) => [...wishes.keys()].map(propertyOf))
  return [...new Set([unique, ...wished])].filter(name => name !== 'email' && free.has(name))
}

function textOf({ wishes }: Saying, register: string): string | undefined {
  const wish = wishes.get(register)
  return wish && 'value' in wish && wish.value !== '' ? String(wish.value) : undefined
}
