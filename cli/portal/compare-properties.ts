import { coerce } from '../../functions/core/coerce.ts'
import type { NewProperty } from '../../functions/core/hubspot-objects.ts'
import { type FieldSetting, placeholdersOf, settingOf } from '../../functions/core/mapping/field.ts'
import type { Scalar } from '../../functions/core/record.ts'
import type { PropertyDefinition } from '../../functions/core/schema.ts'
import { nearest } from '../nearest.ts'
import type { Finding } from './finding.ts'
import type { Need } from './needs.ts'

type Properties = ReadonlyMap<string, PropertyDefinition>
type NeedOf<Kind extends Need['kind']> = Extract<Need, { readonly kind: Kind }>

/** HubSpot's limit on unique properties of a type. */
const MOST_UNIQUE = 10
/** Options that are told of; a person looks at longer lists in HubSpot. */
const TOLD_OPTIONS = 8

export function propertyFindings(need: NeedOf<'property'>, properties: Properties, timeZone: string): Finding[] {
  const { setting, type, name, field, wanted } = need
  const found = properties.get(name)
  if (!found) return [missing(need, properties)]
  if (found.readOnly)
    return [
      {
        severity: wanted === 'surely' ? 'error' : 'note',
        code: 'read_only',
        setting,
        message: `HubSpot lets nobody write the property ${name} of ${type}: it calculates it, or its definition forbids it.`,
        advice: 'Name another property in sync.config.ts.',
      },
    ]
  return field === undefined ? [] : misfits(need, settingOf(field), found, timeZone)
}

function missing({ setting, type, name, field, wanted }: NeedOf<'property'>, properties: Properties): Finding {
  const near = nearest(name, properties.keys())
  const message = `HubSpot's ${type} have no property ${name}${near === undefined ? '' : `; there is ${near}`}.`
  const common = { code: 'missing_property', setting, message } as const
  if (wanted === 'usual')
    return {
      ...common,
      severity: 'note',
      advice: `Values for it are kept and reported. Create it in HubSpot if you want them.`,
    }
  const property = field === undefined ? undefined : inferred(name, settingOf(field))
  if (!property)
    return {
      ...common,
      severity: 'error',
      advice: `Create it in HubSpot (Settings → Properties, internal name ${name}) with the type of its values, or name another one.`,
    }
  return {
    ...common,
    severity: 'error',
    advice: '`npx vidsync setup` creates it.',
    creation: { kind: 'property', type, property },
  }
}

/** What type a property must have is only known where the configuration itself has the value. */
function inferred(name: string, setting: FieldSetting): NewProperty | undefined {
  if (setting.append) return undefined
  const label = labelOf(name)
  if ('template' in setting) return { name, label, type: 'string' }
  if ('from' in setting) return setting.from === 'timestamp' ? { name, label, type: 'datetime' } : undefined
  if (!('value' in setting)) return undefined
  const type = { string: 'string', number: 'number', boolean: 'bool' } as const
  return { name, label, type: type[kindOf(setting.value)] }
}

const kindOf = (value: Scalar): 'string' | 'number' | 'boolean' =>
  typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'string'

/** `company_id` → `Company id`. */
const labelOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ')

/** Values that a field is known to have, or will have something like. */
function samplesOf(setting: FieldSetting): readonly { readonly value: Scalar; readonly is: string }[] {
  if ('value' in setting) return [{ value: setting.value, is: 'the constant' }]
  if ('template' in setting)
    return placeholdersOf(setting.template).length > 0
      ? [{ value: 'a text', is: 'a text made of a template' }]
      : [{ value: setting.template, is: 'the text' }]
  if (!('from' in setting)) return []
  if (setting.from === 'timestamp') return [{ value: '2026-01-01T12:00:00.000Z', is: 'a date and time' }]
  return ['event', 'name', 'messageId', 'userId', 'groupId'].includes(setting.from)
    ? [{ value: 'a text', is: `a text (${setting.from})` }]
    : []
}

function misfits(
  { setting, name }: NeedOf<'property'>,
  field: FieldSetting,
  found: PropertyDefinition,
  timeZone: string,
): Finding[] {
  if (field.append && !(found.type === 'enumeration' && found.multiple))
    return [
      {
        severity: 'error',
        code: 'wrong_type',
        setting,
        message: `${name} is ${inWords(found)}, and only multiple checkboxes can be appended to.`,
        advice: 'Leave out `append`, or name a property of multiple checkboxes.',
      },
    ]
  return samplesOf(field).flatMap(({ value, is }): Finding[] => {
    const coerced = coerce(value, found, timeZone)
    if (coerced.ok) return []
    if (found.type !== 'enumeration')
      return [
        {
          severity: 'error',
          code: 'wrong_type',
          setting,
          message: `${name} is ${inWords(found)}, and ${is} ${coerced.reason}.`,
          advice: 'Name a property of another type, or give another value.',
        },
      ]
    // Of a text that only a call brings nobody knows whether it will be an option.
    const surely = 'value' in field
    return [
      {
        severity: surely ? 'error' : 'warning',
        code: 'unknown_option',
        setting,
        message: `${name} takes its options alone (${optionsOf(found)}), and ${is} ${surely ? 'is none of them' : 'may be none of them'}.`,
        advice: surely
          ? `Give one of its options${near(value, found)}, or add the option in HubSpot.`
          : 'See to it that the texts are options, or name a property that takes any text.',
      },
    ]
  })
}

const near = (value: Scalar, { options = [] }: PropertyDefinition): string => {
  const found = nearest(
    String(value),
    options.flatMap(option => [option.value, option.label]),
  )
  return found === undefined ? '' : `, such as ${JSON.stringify(found)}`
}

function optionsOf({ options = [] }: PropertyDefinition): string {
  const values = options.slice(0, TOLD_OPTIONS).map(option => option.value)
  return `${values.join(', ')}${options.length > TOLD_OPTIONS ? ', …' : ''}`
}

const TYPES = {
  string: 'a text',
  number: 'a number',
  bool: 'a yes or no',
  date: 'a date',
  datetime: 'a date and time',
  other: 'of a type of its own',
} as const

const inWords = ({ type, multiple }: PropertyDefinition): string =>
  type === 'enumeration' ? (multiple ? 'of multiple checkboxes' : 'one of several options') : TYPES[type]

export function uniqueFindings(need: NeedOf<'unique'>, properties: Properties): Finding[] {
  const { setting, type, name, automatic } = need
  const found = properties.get(name)
  if (!found) return [missingUnique(need, [...properties.values()].filter(({ unique }) => unique).length)]
  const trouble = !found.unique
    ? 'is not unique, and HubSpot cannot make it so'
    : found.readOnly
      ? 'can be written by nobody'
      : found.type !== 'string'
        ? `is ${inWords(found)}, and ids are texts`
        : undefined
  if (trouble === undefined) return []
  return [
    {
      severity: 'error',
      code: found.unique ? 'wrong_type' : 'not_unique',
      setting,
      message: `The property ${name} of ${type} ${trouble}.`,
      advice: `Name another one in sync.config.ts; ${automatic ? 'vidsync' : '`npx vidsync setup`'} creates it.`,
    },
  ]
}

function missingUnique({ setting, type, name, automatic }: NeedOf<'unique'>, taken: number): Finding {
  const code = 'missing_unique_property'
  const message = `HubSpot's ${type} have no unique property ${name}.`
  if (taken >= MOST_UNIQUE)
    return {
      severity: 'error',
      code,
      setting,
      message: `${message} There are ${taken} unique ones, as many as HubSpot allows.`,
      advice: 'Delete one of them in HubSpot, or name one of them in sync.config.ts if it may be used.',
    }
  return {
    severity: automatic ? 'warning' : 'error',
    code,
    setting,
    message,
    advice: automatic
      ? '`npx vidsync setup` creates it; so does the first delivery.'
      : '`npx vidsync setup` creates it.',
    creation: { kind: 'property', type, property: { name, label: labelOf(name), type: 'string', unique: true } },
  }
}
