import type { Config } from '../config.ts'
import type { Call } from '../mapping-settings.ts'
import { wishesOf } from '../traits.ts'
import { fieldsWishes } from './fields.ts'
import type { Wish } from './wish.ts'

/** What an identify call says of the contact's properties, the email first. A field stands instead of what traits map to. */
export function contactWishes(call: Call, config: Config): Map<string, Wish> {
  const { fields } = config.contacts
  const given = fieldsWishes(fields, call)
  const traits = [...wishesOf(call.traits, config)].filter(([name]) => !Object.hasOwn(fields, name))
  const email = given.get('email')
  return new Map([...(email ? [['email', email] as const] : []), ...first(traits), ...given, ...rest(traits)])
}

type Entries = readonly (readonly [string, Wish])[]
const first = (traits: Entries): Entries => traits.filter(([name]) => name === 'email')
const rest = (traits: Entries): Entries => traits.filter(([name]) => name !== 'email')
