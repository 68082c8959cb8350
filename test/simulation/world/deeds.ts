import { createHash, createHmac } from 'node:crypto'
import type { Json, Millis } from '../../../functions/core/types.ts'
import { sayingOf } from './tags.ts'
import type { World } from './world.ts'

/** Something that somebody outside of the system does, and when. All of it is data: a run can be written down and shrunk. */
export type Deed = { readonly at: Millis } & (
  | {
      readonly do: 'identify'
      readonly user: string
      readonly traits: Traits
      readonly ago?: Millis
      readonly bulk?: true
    }
  | {
      readonly do: 'track'
      readonly user: string
      readonly event: string
      readonly properties: Traits
      readonly ago?: Millis
    }
  | {
      readonly do: 'group'
      readonly user: string
      readonly group: string
      readonly traits: Traits
      readonly ago?: Millis
    }
  /** So many events of one user, a hundred a request. */
  | { readonly do: 'burst'; readonly user: string; readonly events: number }
  | { readonly do: 'lead'; readonly traits: Traits }
  | { readonly do: 'alias'; readonly previous: string; readonly user: string }
  | { readonly do: 'delete'; readonly user: string }
  /** Signed with nobody's key, or long ago: it must not get in. */
  | { readonly do: 'forge'; readonly how: 'key' | 'signature' | 'stale' | 'webhook'; readonly user: string }
  /** Straight into the queue, as a bug or an operator might put it there. */
  | { readonly do: 'poison'; readonly body: string }
  | { readonly do: 'seed'; readonly email: string }
  | { readonly do: 'form'; readonly email: string; readonly name: string }
  | { readonly do: 'visit'; readonly browser: string; readonly email: string }
  /** Contacts are chosen by their place among those that there are: from 0 to 1. */
  | { readonly do: 'edit'; readonly contact: number; readonly city: string }
  | { readonly do: 'archive'; readonly contact: number }
  | { readonly do: 'merge'; readonly contact: number; readonly other: number }
)

export type Traits = { readonly [trait: string]: Json }

type Doing = {
  readonly [Kind in Deed['do']]: (world: World, deed: Extract<Deed, { do: Kind }>) => Promise<void> | void
}

/** How each kind of deed is done. A new kind of record brings its own. */
const DOING: Doing = {
  identify: (world, { user, traits, ago = 0, bulk, at }) =>
    world.product.call('identify', {
      userId: user,
      traits: { ...traits },
      timestamp: world.date(world.scheduler.elapsed - ago),
      messageId: `message-${at}-${user}-${digest(traits)}`,
      ...(bulk ? { context: { vidsync: { priority: 'bulk' } } } : {}),
    }),
  track: (world, { user, event, properties, ago = 0, at }) =>
    world.product.call('track', {
      userId: user,
      event,
      properties: { ...properties },
      timestamp: world.date(world.scheduler.elapsed - ago),
      messageId: `message-${at}-${user}-${digest(properties)}`,
    }),
  group: (world, { user, group, traits, ago = 0, at }) =>
    world.product.call('group', {
      userId: user,
      groupId: group,
      traits: { ...traits },
      timestamp: world.date(world.scheduler.elapsed - ago),
      messageId: `message-${at}-${user}-${group}-${digest(traits)}`,
    }),
  burst: async (world, { user, events, at }) => {
    for (let first = 0; first < events; first += 100) {
      const timestamp = world.date(world.scheduler.elapsed)
      const batch = Array.from({ length: Math.min(100, events - first) }, (_, index) => ({
        type: 'identify',
        userId: user,
        traits: { city: sayingOf(user, first + index) },
        timestamp,
        messageId: `message-${at}-${first + index}`,
      }))
      await world.product.call('batch', { batch, messageId: `message-${at}-${first}` })
    }
  },
  lead: (world, { traits, at }) =>
    world.product.call('identify', {
      anonymousId: `anonymous-${at}`,
      traits: { ...traits },
      timestamp: world.date(world.scheduler.elapsed),
      messageId: `message-${at}-lead`,
    }),
  alias: (world, { previous, user, at }) =>
    world.product.call('alias', {
      previousId: previous,
      userId: user,
      timestamp: world.date(world.scheduler.elapsed),
      messageId: `message-${at}-alias`,
    }),
  delete: (world, { user }) => world.product.delete(user),
  forge: (world, { how, user, at }) => world.product.forge(how, user, at),
  poison: (world, { body, at }) => {
    world.events.send({ body, group: 'poison', deduplicationId: `poison-${at}` })
  },
  seed: (world, { email }) => {
    if (!world.hubspot.contactByEmail(email)) world.hubspot.seedContact({ email })
  },
  form: (world, { email, name }) => {
    world.people('a form', () => world.hubspot.submitForm(email, { firstname: name }))
  },
  visit: (world, { browser, email }) => {
    world.people('a visit', () => world.hubspot.trackVisit(browser, { email }))
  },
  edit: (world, { contact, city }) => {
    const chosen = world.contact(contact)
    if (chosen) world.people('an edit', () => world.hubspot.editInUi(chosen.vid, { city }))
  },
  archive: (world, { contact }) => {
    const chosen = world.contact(contact)
    if (chosen) world.people('an archiving', () => world.hubspot.archiveInUi(chosen.vid))
  },
  merge: (world, { contact, other }) => {
    const [primary, loser] = [world.contact(contact), world.contact(other)]
    // Two users' contacts made one would be a conflict for ever, and rightly so.
    if (!primary || !loser || primary.vid === loser.vid || loser.properties.internal_user_id) return
    world.people('a merge', () => world.hubspot.mergeInUi(primary.vid, loser.vid))
  },
}

/** Two messages of one user at one moment are two: only what is sent again has the same id. */
const digest = (traits: Traits): string => createHash('sha256').update(JSON.stringify(traits)).digest('hex').slice(0, 8)

export function perform(world: World, deed: Deed): Promise<void> | void {
  const doing: (world: World, deed: never) => Promise<void> | void = DOING[deed.do]
  return Reflect.apply(doing, undefined, [world, deed])
}

/** The headers of a Standard Webhooks signature. */
export function signed(secret: string, id: string, timestamp: number, body: string): Record<string, string> {
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` }
}
