import type { NewProperty, ObjectType } from '../../functions/core/hubspot-objects.ts'

/** Something that the portal does not have as the configuration wants it. */
export interface Finding {
  /** `error`: something will not arrive. `warning`: something may not. `note`: it is well to know. */
  readonly severity: 'error' | 'warning' | 'note'
  readonly code: FindingCode
  /** Which setting of `sync.config.ts` wants it. */
  readonly setting: string
  readonly message: string
  /** What to do about it. */
  readonly advice: string
  /** What `setup` would do about it. */
  readonly creation?: Creation
}

export type FindingCode =
  | 'missing_property'
  | 'missing_unique_property'
  | 'not_unique'
  | 'read_only'
  | 'wrong_type'
  | 'unknown_option'
  | 'unknown_type'
  | 'unknown_event'
  | 'unknown_event_property'
  | 'unknown_list'
  | 'wrong_list'
  | 'unknown_label'
  | 'unknown_subscription'
  | 'missing_scope'

/** Something that can be made in a portal without asking a person more than whether. */
export type Creation =
  | { readonly kind: 'property'; readonly type: ObjectType; readonly property: NewProperty }
  | {
      readonly kind: 'event'
      readonly name: string
      readonly label: string
      readonly properties: readonly { readonly name: string; readonly type: 'string' | 'number' | 'datetime' }[]
    }
  | { readonly kind: 'label'; readonly type: ObjectType; readonly label: string }
  | { readonly kind: 'list'; readonly name: string }

/** What would be made, for people. */
export function creationInWords(creation: Creation): string {
  switch (creation.kind) {
    case 'property': {
      const { name, type, unique } = creation.property
      return `${unique ? 'unique property' : 'property'} ${name} (${type}) of ${creation.type}`
    }
    case 'event':
      return `custom event ${creation.name} (${creation.label})`
    case 'label':
      return `association label ${JSON.stringify(creation.label)} between contacts and ${creation.type}`
    case 'list':
      return `static list ${JSON.stringify(creation.name)} of contacts`
  }
}
