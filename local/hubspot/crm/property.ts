/** A property's definition, in the field names of HubSpot's properties API. */
export interface Property {
  readonly name: string
  readonly label: string
  readonly type: PropertyType
  readonly fieldType: string
  readonly groupName: string
  readonly description: string
  readonly options: readonly PropertyOption[]
  readonly displayOrder: number
  readonly calculated: boolean
  readonly externalOptions: boolean
  readonly hasUniqueValue: boolean
  readonly hidden: boolean
  readonly hubspotDefined: boolean
  readonly formField: boolean
  readonly dataSensitivity: 'non_sensitive'
  readonly modificationMetadata: {
    readonly archivable: boolean
    readonly readOnlyDefinition: boolean
    readonly readOnlyValue: boolean
    readonly readOnlyOptions?: boolean
  }
  readonly createdAt?: string
  readonly updatedAt?: string
  /** facts §3.9: a validation rule that the portal's people set: not part of what the API shows. */
  readonly rule?: ValidationRule
}

export type PropertyType = 'string' | 'number' | 'bool' | 'date' | 'datetime' | 'enumeration' | 'phone_number'
export const PROPERTY_TYPES: readonly PropertyType[] = [
  'string',
  'number',
  'bool',
  'date',
  'datetime',
  'enumeration',
  'phone_number',
]

export interface PropertyOption {
  readonly label: string
  readonly value: string
  readonly displayOrder: number
  readonly hidden: boolean
  readonly description?: string
}

/** In which HubSpot shows properties together. */
export interface PropertyGroup {
  readonly name: string
  readonly label: string
  readonly displayOrder: number
}

/** Values that do not match are refused with this code, for instance INVALID_ALPHA. */
export interface ValidationRule {
  readonly matches: RegExp
  readonly code: string
  readonly message: string
}

/** What suffices to define a property; the rest is filled in as HubSpot would. */
export interface PropertySketch {
  readonly name: string
  readonly label?: string
  readonly type?: PropertyType
  readonly fieldType?: string
  readonly groupName?: string
  readonly description?: string
  readonly options?: readonly (string | Partial<PropertyOption>)[]
  readonly hasUniqueValue?: boolean
  readonly displayOrder?: number
  readonly hidden?: boolean
  readonly formField?: boolean
  /** HubSpot's own: can be neither archived nor redefined. */
  readonly hubspotDefined?: boolean
  /** HubSpot calculates its values. */
  readonly calculated?: boolean
  /** Its values can be read only. */
  readonly readOnly?: boolean
  readonly readOnlyDefinition?: boolean
  readonly rule?: ValidationRule
}

const FIELD_TYPES: Readonly<Record<PropertyType, string>> = {
  string: 'text',
  number: 'number',
  bool: 'booleancheckbox',
  date: 'date',
  datetime: 'date',
  enumeration: 'select',
  phone_number: 'phonenumber',
}

const YES_NO = [
  { label: 'Yes', value: 'true' },
  { label: 'No', value: 'false' },
]

/**
 * @param group where it goes when it names none
 * @param at ISO time, of a property that somebody made; HubSpot's own have none
 */
export function completeProperty(sketch: PropertySketch, group: string, at?: string): Property {
  const type = sketch.type ?? 'string'
  const readOnlyValue = sketch.readOnly ?? sketch.calculated ?? false
  const hubspotDefined = sketch.hubspotDefined ?? false
  return {
    ...(at === undefined ? {} : { createdAt: at, updatedAt: at }),
    name: sketch.name,
    label: sketch.label ?? sketch.name,
    type,
    fieldType: sketch.fieldType ?? FIELD_TYPES[type],
    groupName: sketch.groupName ?? group,
    description: sketch.description ?? '',
    options: completeOptions(sketch.options ?? (type === 'bool' ? YES_NO : [])),
    displayOrder: sketch.displayOrder ?? -1,
    calculated: sketch.calculated ?? false,
    externalOptions: false,
    hasUniqueValue: sketch.hasUniqueValue ?? false,
    hidden: sketch.hidden ?? false,
    hubspotDefined,
    formField: sketch.formField ?? !readOnlyValue,
    dataSensitivity: 'non_sensitive',
    modificationMetadata: {
      archivable: !hubspotDefined,
      readOnlyDefinition: sketch.readOnlyDefinition ?? hubspotDefined,
      readOnlyValue,
    },
    ...(sketch.rule ? { rule: sketch.rule } : {}),
  }
}

export function completeOptions(options: readonly (string | Partial<PropertyOption>)[]): PropertyOption[] {
  return options.map((option, index) => {
    const sketch: Partial<PropertyOption> = typeof option === 'string' ? { value: option } : option
    const { label, value, displayOrder, hidden, description } = sketch
    return {
      label: label ?? value ?? '',
      value: value ?? label ?? '',
      displayOrder: displayOrder ?? index,
      hidden: hidden ?? false,
      ...(description === undefined ? {} : { description }),
    }
  })
}
