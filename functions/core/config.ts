import * as v from 'valibot'
import { mistakesIn } from './mapping/mistakes.ts'
import {
  eventSettings,
  fields,
  filter,
  listMembership,
  objectMapping,
  propertyName,
  subscription,
  unmapped,
} from './mapping-settings.ts'

const seconds = v.pipe(v.number(), v.minValue(0))
const origin = v.pipe(
  v.string(),
  v.regex(
    /^(\*|https?:\/\/[^/\s,*A-Z]+)$/,
    'is not an origin: give * or one like https://app.example.com, in lower case and without a path',
  ),
)

const objectName = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9_-]{0,49}$/, 'is not a name: lower-case letters, digits, - and _, starting with a letter'),
)

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

const configSchema = v.strictObject({
  /**
   * `false` leaves a call out: it is accepted and counted, and nothing becomes of it. For internal and test users. It must
   * depend on the call alone; where it throws, the call is kept. Deletions and aliases are never left out.
   */
  filter: v.optional(filter),
  contacts: v.optional(
    v.strictObject({
      /** The unique property that carries the product's user id. Created when the portal lacks it. */
      uniqueProperty: v.optional(propertyName, 'internal_user_id'),
      /** Trait (dots reach into objects) → property, or `false` to leave the trait out. Added to `DEFAULT_TRAITS`. */
      traits: v.optional(v.record(v.string(), v.union([propertyName, v.literal(false)])), {}),
      /** Properties that are only sent with the call that creates a contact, and never change an existing one. */
      createOnly: v.optional(
        v.array(v.pipe(propertyName, v.notValue('email', 'the email cannot be: users are followed by it'))),
        [],
      ),
      /**
       * Property → where in an identify call its value comes from: a path, a constant, a template, a function. What stands
       * here is added to what the traits' names map to, and wins over it.
       */
      fields: v.optional(fields, {}),
      /**
       * Traits that nothing maps: sent where the property exists (`send`), dropped (`drop`), or sent to a property that is
       * created for them (`create`): a number, true or false, a day, a moment or a text, as the first values are. A trait that
       * only functions read is one that nothing maps, unless `traits` says `false`.
       */
      unmapped: v.optional(unmapped, 'send'),
    }),
    {},
  ),
  /** Track, page and screen calls → custom behavioural events. */
  events: v.optional(eventSettings, {}),
  /** Name → companies, deals and other objects that calls speak of. The name is for people, and for the table. */
  objects: v.optional(v.record(objectName, objectMapping), {}),
  /** Name of a static list of contacts → who is in it. Found by name, and created by `npx vidsync setup`. */
  lists: v.optional(v.record(v.string(), listMembership), {}),
  /** Name of a subscription type → who has subscribed. */
  subscriptions: v.optional(v.record(v.string(), subscription), {}),
  /**
   * The time zone in which a date without one is meant, such as `Europe/Berlin`: a moment becomes the day that it is there.
   * Midnight in UTC, to the millisecond, is how HubSpot and JavaScript write a day: it is that day everywhere.
   */
  timeZone: v.optional(
    v.pipe(v.string(), v.check(isTimeZone, 'is not a time zone: give one like Europe/Berlin or UTC')),
    'UTC',
  ),
  policies: v.optional(
    v.strictObject({
      /** A contact that somebody deleted in HubSpot is made again (`recreate`) or left deleted (`leave`). */
      deletedInHubSpot: v.optional(v.picklist(['recreate', 'leave']), 'recreate'),
      /**
       * What deleting a user does to the contact: nothing (`keep`), clear the properties that vidsync has written
       * (`clear`), archive it (`archive`), or delete it for privacy, which cannot be undone (`erase`).
       */
      deletedUser: v.optional(v.picklist(['keep', 'clear', 'archive', 'erase']), 'keep'),
      /**
       * An event of a deleted user that happened after the deletion is ignored (`ignore`) or makes the user anew
       * (`revive`). Unset: `revive` where contacts are kept, since somebody may sign up again; otherwise `ignore`.
       * Events that happened before the deletion never count.
       */
      eventsAfterDeletion: v.optional(v.picklist(['ignore', 'revive'])),
      /**
       * A contact of nobody's that has the address a user changes to, made by the tracking code or a form perhaps, is
       * merged into the user's contact (`merge`), only when it was made around the change (`merge-young`), or left alone
       * and reported as a conflict (`report`). Merging cannot be undone.
       */
      contactWithNewEmail: v.optional(v.picklist(['merge', 'merge-young', 'report']), 'merge'),
      /**
       * Two ids become one, and both have a contact: the previous id's is merged into the user's (`merge`), or left alone
       * and reported as a conflict (`report`). Merging cannot be undone.
       */
      aliasedContact: v.optional(v.picklist(['merge', 'report']), 'merge'),
    }),
    {},
  ),
  browser: v.optional(
    v.strictObject({
      /** Origins whose pages may ask which email they may pass to HubSpot; `*`: any, as the user's hash decides alone. */
      origins: v.optional(v.array(origin), ['*']),
    }),
    {},
  ),
  delivery: v.optional(
    v.strictObject({
      /** Seconds after an unanswered write at which HubSpot is read back, since the write may still land. Ascending. */
      holds: v.optional(v.array(seconds), [10, 60, 300]),
      /** Seconds for which a batch that is not full waits while more events are on their way. */
      fillWait: v.optional(seconds, 5),
      /** Seconds until a conflict or a refusal is looked at again; doubles up to `slowestProbe`. */
      firstProbe: v.optional(seconds, 3_600),
      slowestProbe: v.optional(seconds, 86_400),
      /** Seconds between a change of address and the making of a contact that count as "around the change". */
      youngContact: v.optional(seconds, 3_600),
      /** Seconds after which the portal's properties are read again. */
      schemaAge: v.optional(seconds, 600),
      /** The most calls to HubSpot under way at once. */
      callsAtOnce: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(50)), 10),
    }),
    {},
  ),
  callLog: v.optional(
    v.strictObject({
      /**
       * Whose calls to HubSpot are kept for the console: nobody's (`off`), those of users with a problem (`problems`), or
       * everybody's (`all`, one more write of the table for every user in every round of deliveries).
       */
      of: v.optional(v.picklist(['off', 'problems', 'all']), 'problems'),
      /** Days after which the table forgets them. */
      days: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(365)), 14),
      /** Values that were sent are hidden but for their first letter (`masked`), or shown (`plain`); addresses never are. */
      values: v.optional(v.picklist(['masked', 'plain']), 'masked'),
    }),
    {},
  ),
  limits: v.optional(
    v.strictObject({
      /** The most properties that a user may have. */
      properties: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)), 200),
      /** The most bytes of names and values that a user may have. DynamoDB's own limit is 400 KB an item. */
      bytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1_024), v.maxValue(200_000)), 64_000),
    }),
    {},
  ),
})

/** What a user of vidsync writes in `sync.config.ts`. Everything has a default. */
export type ConfigInput = v.InferInput<typeof configSchema>

/** A validated configuration with its defaults filled in. */
export type Config = v.InferOutput<typeof configSchema>

/** Segment's reserved traits and what HubSpot calls them. */
export const DEFAULT_TRAITS: Readonly<Record<string, string>> = {
  email: 'email',
  firstName: 'firstname',
  first_name: 'firstname',
  lastName: 'lastname',
  last_name: 'lastname',
  phone: 'phone',
  title: 'jobtitle',
  jobTitle: 'jobtitle',
  website: 'website',
  company: 'company',
  'company.name': 'company',
  'company.industry': 'industry',
  'company.employee_count': 'numemployees',
  address: 'address',
  'address.street': 'address',
  'address.city': 'city',
  'address.state': 'state',
  'address.postalCode': 'zip',
  'address.postal_code': 'zip',
  'address.country': 'country',
  birthday: 'date_of_birth',
  gender: 'gender',
}

/**
 * Checks a configuration and fills in its defaults.
 *
 * @example
 * export default defineConfig({ contacts: { traits: { plan: 'plan_name', password: false } } })
 *
 * @throws Error with one line for each mistake, naming the setting.
 */
export function defineConfig(input: ConfigInput): Config {
  const result = v.safeParse(configSchema, input)
  const mistakes = result.success
    ? mistakesIn(result.output)
    : result.issues.map(issue => ({ setting: v.getDotPath(issue) ?? 'the whole', message: wordsOf(issue) }))
  if (result.success && mistakes.length === 0) return result.output
  const lines = mistakes.map(({ setting, message }) => `  ${setting}: ${message}`)
  throw new Error(`sync.config.ts is not valid:\n${lines.join('\n')}`)
}

const wordsOf = (issue: v.BaseIssue<unknown>): string =>
  issue.type === 'strict_object' && issue.expected === 'never'
    ? 'there is no such setting'
    : issue.type === 'strict_object' && issue.received === 'undefined'
      ? 'is missing, and must be given'
      : issue.message
