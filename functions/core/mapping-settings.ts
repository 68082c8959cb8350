import * as v from 'valibot'
import type { Json } from './types.ts'

/**
 * A call as the product made it, which paths (`traits.address.city`) and functions of `sync.config.ts` read: what the
 * Segment specification says of its kind.
 */
export interface Call {
  readonly type: 'identify' | 'track' | 'page' | 'screen' | 'group'
  readonly userId?: string
  /** Of track: the name of what was done. */
  readonly event?: string
  /** Of page and screen. */
  readonly name?: string
  /** Of group; of other calls, `context.groupId`. */
  readonly groupId?: string
  readonly messageId: string
  /** ISO 8601: when it happened, corrected for a wrong clock. */
  readonly timestamp: string
  readonly traits: { readonly [name: string]: Json }
  readonly properties: { readonly [name: string]: Json }
  readonly context: { readonly [name: string]: Json }
}

export const propertyName = v.pipe(
  v.string(),
  v.regex(
    /^[a-z][a-z0-9_]{0,99}$/,
    'is not a HubSpot property name: lower-case letters, digits and _, starting with a letter',
  ),
)

/** Where in a call a value stands; dots reach into objects, and numbers into lists: `properties.products.0.sku`. */
export type Path =
  | `traits.${string}`
  | `properties.${string}`
  | `context.${string}`
  | 'userId'
  | 'groupId'
  | 'event'
  | 'name'
  | 'messageId'
  | 'timestamp'

const PATH = /^(?:(?:traits|properties|context)\..+|userId|groupId|event|name|messageId|timestamp)$/su

export const isPath = (text: unknown): text is Path => typeof text === 'string' && PATH.test(text)

const path = v.custom<Path>(
  isPath,
  'is not a path into a call: give one like traits.plan, properties.order_id, context.campaign.name or groupId',
)

const scalar = v.union([v.string(), v.number(), v.boolean()])

const compute = v.custom<(call: Call) => Json | undefined>(
  given => typeof given === 'function',
  'is not a function of the call',
)

/** Whether a call counts at all. */
export const filter = v.custom<(call: Call) => boolean>(
  given => typeof given === 'function',
  'is not a function of the call',
)

const fieldOptions = {
  /** Sent only with the call that creates the record, and never changes an existing one. */
  createOnly: v.optional(v.boolean()),
  /**
   * Of multiple checkboxes: choices are added to those that HubSpot holds, and never taken away. Lists, and texts with `;`
   * between them, are several; what is no option costs itself alone.
   */
  append: v.optional(v.boolean()),
  /**
   * A value that HubSpot holds and vidsync has not sent stays: somebody has changed it, or had given it before. Costs a read
   * before each write of the property.
   */
  keepEdits: v.optional(v.boolean()),
  /** `false`: an empty value leaves the property as it is instead of clearing it. */
  clear: v.optional(v.boolean()),
}

/**
 * Where the value of one property comes from: the path of a value in the call, or one of these, with options. A call in
 * which there is nothing says nothing of the property; `null` and `''` clear it.
 */
const field = v.union(
  [
    path,
    v.strictObject({ from: path, ...fieldOptions }),
    /** The same value for everybody. */
    v.strictObject({ value: scalar, ...fieldOptions }),
    /** Paths in braces are replaced by their values: `{traits.firstName} {traits.lastName}`. Says nothing while one lacks. */
    v.strictObject({ template: v.string(), ...fieldOptions }),
    /** Must depend on nothing but the call, and is called again whenever it is folded again. `undefined` says nothing. */
    v.strictObject({ compute, ...fieldOptions }),
  ],
  'is not a field: give a path such as traits.plan, or { from }, { value }, { template } or { compute }',
)

export type Field = v.InferOutput<typeof field>
export const fields = v.record(propertyName, field)

/** Which calls something comes from: all of a type, or track calls of these names. */
const calls = v.union(
  [
    v.picklist(['identify', 'group', 'page', 'screen']),
    v.strictObject({ track: v.union([v.string(), v.array(v.string())]) }),
  ],
  "does not name calls: give 'identify', 'group', 'page', 'screen' or { track: 'Order Completed' }",
)
export type Calls = v.InferOutput<typeof calls>

/** What becomes of values that no field names: sent where the property exists, dropped, or the property is created. */
export const unmapped = v.picklist(['send', 'drop', 'create'])

/** How objects are joined to the contact of whoever the call is about. */
const contactLink = v.strictObject({
  /** Labels of the association, as HubSpot names them, on the contact's side. None: a plain association. */
  labels: v.optional(v.array(v.string()), []),
  /** Path of a label, or a list of labels, in the call: added to `labels`. */
  labelsFrom: v.optional(path),
  /** A person has at most one object of this kind: a new one takes the place of the last. */
  one: v.optional(v.boolean(), false),
  /** Calls that take the association away. Of `one`, a call that names no object takes away whichever it is. */
  removedBy: v.optional(calls),
  /** Path of the object's id in those calls. Unset: where it stands in the others. */
  removedId: v.optional(path),
})

export const objectMapping = v.strictObject({
  /** HubSpot's type: `companies`, `deals`, `tickets`, or a custom object's `2-1234567`. Unset: the mapping's own name. */
  type: v.optional(v.string()),
  /** The calls that say something of these objects. */
  from: v.union([calls, v.array(calls)]),
  /** Path of the id by which the product knows the object. A call without it says nothing of any. */
  id: path,
  /** The unique property in which HubSpot keeps that id. `npx vidsync setup` creates it. */
  uniqueProperty: propertyName,
  /** `upsert` creates and updates, `update` only changes those that exist, `insert` only creates. */
  mode: v.optional(v.picklist(['upsert', 'update', 'insert']), 'upsert'),
  /**
   * A property, such as a company's `domain`, by which an object that HubSpot has and nobody has claimed is taken over
   * instead of making another one. HubSpot finds it by a search that is some 30 s behind.
   */
  adoptBy: v.optional(propertyName),
  fields: v.optional(fields, {}),
  /** Of group calls the traits, of track calls the properties, that no field names. */
  unmapped: v.optional(unmapped, 'drop'),
  /** `false`: not joined to the contact. */
  contact: v.optional(v.union([v.literal(false), contactLink]), { labels: [], one: false }),
})
export type ObjectMapping = v.InferOutput<typeof objectMapping>

export const eventSettings = v.strictObject({
  /** Which calls become custom behavioural events. HubSpot's Enterprise tier has them. */
  track: v.optional(v.boolean(), true),
  page: v.optional(v.boolean(), false),
  screen: v.optional(v.boolean(), false),
  /**
   * Name in the call → name of the event in HubSpot without `pe<HubID>_`, or `false` to leave it out. Any other track call
   * goes to the event of its own name in lower case, without accents, with `_` for everything that is no letter or digit;
   * page and screen calls to `page_viewed` and `screen_viewed`, since HubSpot has room for 500 events.
   */
  names: v.optional(
    v.record(
      v.string(),
      v.union([
        v.literal(false),
        v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{0,49}$/, 'is not an event name: lower-case letters, digits and _')),
      ]),
    ),
    {},
  ),
  /** Fields of every event; they win over its own properties, and these over HubSpot's `hs_*`. At most 50 are sent. */
  fields: v.optional(fields, {}),
  /** Days for which an event waits for a contact of its user. */
  expireAfter: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(365)), 30),
  /**
   * Definitions that the portal lacks are created, and get the properties that their events come with. `false`: the events
   * wait, visibly, and go without such properties.
   */
  create: v.optional(v.boolean(), true),
})

/** Whether a person is in a list: while a value is true, or from one call on until another. */
export const listMembership = v.union(
  [
    v.strictObject({ when: path }),
    v.strictObject({ add: calls, remove: v.optional(calls) }),
    v.strictObject({ remove: calls }),
  ],
  'does not say who is in the list: give { when: path } or { add: calls, remove: calls }',
)
export type ListMembership = v.InferOutput<typeof listMembership>

/** A person's consent to one kind of mail. True subscribes, false unsubscribes. */
export const subscription = v.union(
  [
    v.strictObject({
      when: path,
      legalBasis: v.optional(v.string()),
      explanation: v.optional(v.string()),
    }),
    v.strictObject({
      subscribe: v.optional(calls),
      unsubscribe: v.optional(calls),
      legalBasis: v.optional(v.string()),
      explanation: v.optional(v.string()),
    }),
  ],
  'does not say who has subscribed: give { when: path } or { subscribe: calls, unsubscribe: calls }',
)
export type Subscription = v.InferOutput<typeof subscription>
