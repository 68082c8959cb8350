import type { Config } from '../config.ts'
import type { Field, ObjectMapping } from '../mapping-settings.ts'
import type { Folded } from '../record.ts'
import { propertyOf } from './choice.ts'
import { settingOf } from './field.ts'

/** What is special about sending a property. */
export interface Rules {
  /** Sent only with the call that creates the record. */
  readonly createOnly: boolean
  /** What somebody has made of it in HubSpot stays. */
  readonly keepEdits: boolean
  /** HubSpot never moves it back: https://knowledge.hubspot.com/records/use-lifecycle-stages */
  readonly forward: boolean
}

export type RulesOf = (property: string) => Rules

type Fields = { readonly [property: string]: Field }

export function contactRules({ contacts: { fields, createOnly } }: Config): RulesOf {
  const ofFields = objectRules({ fields })
  // People are followed by their address, whatever a field says.
  return name =>
    name === 'email'
      ? ORDINARY
      : { ...ofFields(name), createOnly: createOnly.includes(name) || ofFields(name).createOnly }
}

export function objectRules({ fields }: Pick<ObjectMapping, 'fields'>): RulesOf {
  return name => {
    const field = fieldOf(fields, name)
    const { createOnly = false, keepEdits = false } = field === undefined ? {} : settingOf(field)
    return { createOnly, keepEdits, forward: name === 'lifecyclestage' }
  }
}

const ORDINARY: Rules = { createOnly: false, keepEdits: false, forward: false }

const fieldOf = (fields: Fields, name: string): Field | undefined =>
  Object.hasOwn(fields, name) ? fields[name] : undefined

/** The properties of a record that are only written once HubSpot has been read: what it holds decides. */
export const guardedIn = ({ registers }: Pick<Folded, 'registers'>, rulesOf: RulesOf): string[] => [
  ...new Set(
    [...registers.keys()].map(propertyOf).filter(name => {
      const { createOnly, keepEdits, forward } = rulesOf(name)
      return !createOnly && (keepEdits || forward)
    }),
  ),
]
