import type { Answer, InputError } from './hubspot.ts'
import type { PropertyDefinition, PropertyType } from './schema.ts'
import type { Email, Millis, Vid } from './types.ts'

/** HubSpot's id of a record of any type, a contact's vid among them. Digits, kept as a string. */
export type ObjectId = string

/** HubSpot's name of an object type as it stands in paths: `companies`, `deals`, `tickets`, or `2-1234567`. */
export type ObjectType = string

/** A record of any type. */
export interface HubSpotObject {
  readonly id: ObjectId
  readonly properties: Readonly<Record<string, string | null>>
  /** The trace id of the input that produced it, when HubSpot echoes it. */
  readonly trace?: string
}

export interface ObjectBatchResult {
  /** In no particular order; inputs may be missing from both lists. */
  readonly objects: readonly HubSpotObject[]
  readonly errors: readonly InputError[]
}

export interface ObjectInput {
  readonly trace: string
  /** The value of the unique property, or HubSpot's id: whichever the call goes by. */
  readonly id: string
  readonly properties: Readonly<Record<string, string>>
}

/** What becomes a new property. */
export interface NewProperty {
  readonly name: string
  readonly label: string
  readonly type: Exclude<PropertyType, 'other'>
  readonly unique?: boolean
  readonly options?: readonly { readonly value: string; readonly label: string }[]
  readonly multiple?: boolean
}

/** One occurrence of a custom behavioural event. */
export interface OccurrenceInput {
  /** Whole: `pe123_order_completed`. */
  readonly eventName: string
  readonly objectId: Vid
  readonly occurredAt: Millis
  /** HubSpot takes only the first with the same one, for a year. */
  readonly uuid: string
  readonly utk?: string
  readonly properties: Readonly<Record<string, string>>
}

export interface EventDefinition {
  /** Without `pe<HubID>_`. */
  readonly name: string
  /** With it. */
  readonly fullName: string
  /** Names of the properties that occurrences may have, HubSpot's own among them. */
  readonly properties: readonly string[]
}

/** What becomes a property of an event. */
export interface NewEventProperty {
  readonly name: string
  readonly type: 'string' | 'number' | 'datetime'
}

/** A kind of association, as HubSpot knows it. */
export interface AssociationLabel {
  readonly category: string
  readonly typeId: number
  /** `null`: the plain association. */
  readonly label: string | null
}

export interface Association {
  readonly contact: Vid
  readonly object: ObjectId
  /** All that the association is to have: HubSpot replaces the labels that it has. Empty: the plain one. */
  readonly labels: readonly AssociationLabel[]
}

export interface AssociationResult {
  /** Those that HubSpot has carried out. */
  readonly done: readonly Pick<Association, 'contact' | 'object'>[]
  readonly errors: readonly InputError[]
}

export interface MembershipResult {
  /** Ids that HubSpot does not know, or that were (or were not) members already. */
  readonly missing: readonly Vid[]
}

export interface SubscriptionType {
  readonly id: string
  readonly name: string
}

export interface ConsentInput {
  readonly email: Email
  readonly subscriptionId: string
  readonly subscribed: boolean
  readonly legalBasis?: string
  readonly explanation?: string
}

export interface ConsentResult {
  /** Those that HubSpot shows to be as was asked. */
  readonly done: readonly Pick<ConsentInput, 'email' | 'subscriptionId'>[]
  /** They name the addresses concerned in `ids`. */
  readonly errors: readonly InputError[]
}

/** HubSpot's limits on the inputs of one call. Objects: `BATCH_LIMIT`. */
export const MOST_OCCURRENCES = 500
export const MOST_ASSOCIATIONS = 2_000
export const MOST_DISSOCIATIONS = 100
/** Contacts whose associations are read in one call. */
export const MOST_ASSOCIATED = 1_000
/** HubSpot takes more; an answer that is lost concerns so many people at most. */
export const MOST_MEMBERS = 10_000
export const MOST_CONSENTS = 100

/**
 * HubSpot beyond its contacts. Like `HubSpot`: answers are classified here and nowhere else, at most as many inputs a
 * call as the limits above say, no input twice, and nothing is thrown for what HubSpot or the network does.
 */
export interface HubSpotObjects {
  readProperties(type: ObjectType): Promise<Answer<readonly PropertyDefinition[]>>
  /** Creates a property in the group of ours, which is made when it is missing. That it exists already is `ok`. */
  createProperty(type: ObjectType, property: NewProperty): Promise<Answer<void>>

  /** By HubSpot's id, or by a unique property. What does not exist is missing from the answer or `not_found`. */
  readObjects(
    type: ObjectType,
    by: 'id' | { readonly property: string },
    ids: readonly string[],
    properties: readonly string[],
  ): Promise<Answer<ObjectBatchResult>>
  /** Records that have one of the values (at most 100), by an index that is some 30 s behind: never to decide to create. */
  searchObjects(
    type: ObjectType,
    property: string,
    values: readonly string[],
    properties: readonly string[],
  ): Promise<Answer<readonly HubSpotObject[]>>
  createObjects(type: ObjectType, inputs: readonly Omit<ObjectInput, 'id'>[]): Promise<Answer<ObjectBatchResult>>
  updateObjects(
    type: ObjectType,
    by: 'id' | { readonly property: string },
    inputs: readonly ObjectInput[],
  ): Promise<Answer<ObjectBatchResult>>
  /** Creates or updates by a unique property. Twice the same is once. */
  upsertObjects(
    type: ObjectType,
    by: { readonly property: string },
    inputs: readonly ObjectInput[],
  ): Promise<Answer<ObjectBatchResult>>

  readEventDefinitions(): Promise<Answer<readonly EventDefinition[]>>
  /** `rejected` with `conflict`: there is, or once was, one of this name. */
  createEventDefinition(
    name: string,
    label: string,
    properties: readonly NewEventProperty[],
  ): Promise<Answer<EventDefinition>>
  /** @param fullName of the event. That it has the property already is `ok`. */
  createEventProperty(fullName: string, property: NewEventProperty): Promise<Answer<void>>
  /** One bad occurrence refuses the whole call, and HubSpot does not say which. */
  sendOccurrences(inputs: readonly OccurrenceInput[]): Promise<Answer<void>>

  readAssociationLabels(type: ObjectType): Promise<Answer<readonly AssociationLabel[]>>
  createAssociationLabel(type: ObjectType, label: string): Promise<Answer<void>>
  /** All associations of these contacts with objects of the type; of a contact that has none, or is not there, none. */
  readAssociations(type: ObjectType, contacts: readonly Vid[]): Promise<Answer<readonly Association[]>>
  /** Errors name the ends concerned, of contacts and of objects, in `ids`. */
  associate(type: ObjectType, inputs: readonly Association[]): Promise<Answer<AssociationResult>>
  /** Makes the plain association. Labels that an association has stay. */
  associatePlainly(
    type: ObjectType,
    inputs: readonly Pick<Association, 'contact' | 'object'>[],
  ): Promise<Answer<AssociationResult>>
  /** That there is no such association is `ok`. */
  dissociate(
    type: ObjectType,
    inputs: readonly Pick<Association, 'contact' | 'object'>[],
  ): Promise<Answer<AssociationResult>>

  /** The id of the static list of contacts of this name. `undefined`: none. `rejected`: a list of another kind. */
  findList(name: string): Promise<Answer<string | undefined>>
  /** A static list of contacts. `rejected` with `conflict`: the name is taken. */
  createList(name: string): Promise<Answer<string>>
  changeMembers(
    listId: string,
    change: { readonly add: readonly Vid[]; readonly remove: readonly Vid[] },
  ): Promise<Answer<MembershipResult>>

  readSubscriptionTypes(): Promise<Answer<readonly SubscriptionType[]>>
  writeConsents(inputs: readonly ConsentInput[]): Promise<Answer<ConsentResult>>
}
