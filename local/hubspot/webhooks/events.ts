import type { Source, WriteEntry } from '../ledger.ts'
import type { Switches } from '../switches.ts'

export type SubscriptionType =
  | 'contact.creation'
  | 'contact.deletion'
  | 'contact.merge'
  | 'contact.restore'
  | 'contact.privacyDeletion'
  | 'contact.propertyChange'

/** What an app has asked to be told of. */
export interface Subscription {
  readonly subscriptionType: SubscriptionType
  /** Of `contact.propertyChange`: the property. */
  readonly propertyName?: string
}

/** One event as HubSpot writes it into the body of a webhook (facts §12). */
export interface WebhookEvent {
  readonly eventId: number
  readonly subscriptionId: number
  readonly portalId: number
  readonly appId: number
  /** Milliseconds since 1970. */
  readonly occurredAt: number
  readonly subscriptionType: SubscriptionType
  readonly attemptNumber: number
  readonly objectId: number
  readonly changeSource: string
  readonly sourceId: string
  readonly changeFlag?: string
  readonly propertyName?: string
  readonly propertyValue?: string
  readonly primaryObjectId?: number
  readonly mergedObjectIds?: readonly number[]
  readonly newObjectId?: number
  readonly numberOfPropertiesMoved?: number
}

/** What happened to a contact, before it is known who has asked for it. */
type Happening = Pick<WebhookEvent, 'subscriptionType' | 'objectId'> & Partial<WebhookEvent>

/** Who made a change, in the words of captured webhooks: an integration is named by its app's id. */
const SOURCES: Readonly<Record<Source, (appId: number) => Pick<WebhookEvent, 'changeSource' | 'sourceId'>>> = {
  api: appId => ({ changeSource: 'INTEGRATION', sourceId: String(appId) }),
  ui: () => ({ changeSource: 'CRM_UI', sourceId: 'userId:46014' }),
  form: () => ({ changeSource: 'FORM', sourceId: 'form' }),
  tracking: () => ({ changeSource: 'ANALYTICS', sourceId: 'tracking' }),
  seed: () => ({ changeSource: 'IMPORT', sourceId: 'seed' }),
}

export interface App {
  readonly appId: number
  readonly portalId: number
  readonly subscriptions: readonly Subscription[]
  /** An id for each event; facts §12: not to be relied on. */
  readonly nextEventId: () => number
}

/** The events that an app is sent about one write. */
export function eventsOf(write: WriteEntry, app: App, switches: Switches): WebhookEvent[] {
  return happeningsOf(write, switches).flatMap(happening =>
    app.subscriptions.flatMap(({ subscriptionType, propertyName }, at): WebhookEvent[] => {
      if (subscriptionType !== happening.subscriptionType || propertyName !== happening.propertyName) return []
      return [
        {
          eventId: app.nextEventId(),
          subscriptionId: 1000 + at,
          portalId: app.portalId,
          appId: app.appId,
          occurredAt: write.appliedAt,
          attemptNumber: 0,
          ...SOURCES[write.source](app.appId),
          ...happening,
        },
      ]
    }),
  )
}

function happeningsOf(write: WriteEntry, switches: Switches): Happening[] {
  const objectId = Number(write.vid)
  switch (write.kind) {
    case 'create':
      return [{ subscriptionType: 'contact.creation', objectId, changeFlag: 'CREATED' }, ...changesIn(write)]
    case 'update':
    case 'secondary-email':
      return changesIn(write)
    case 'archive':
      return [{ subscriptionType: 'contact.deletion', objectId, changeFlag: 'DELETED' }]
    case 'restore':
      return [{ subscriptionType: 'contact.restore', objectId, changeFlag: 'RESTORED' }]
    case 'erase':
      // HubSpot's changelog on privacy deletions: they are told as ordinary ones, too.
      return [
        { subscriptionType: 'contact.privacyDeletion', objectId },
        { subscriptionType: 'contact.deletion', objectId, changeFlag: 'DELETED' },
      ]
    case 'merge':
      return [merged(write, switches)]
  }
}

function changesIn({ vid, properties, previous }: WriteEntry): Happening[] {
  return Object.entries(properties)
    .filter(([name, value]) => value !== (previous[name] ?? ''))
    .map(([propertyName, propertyValue]) => ({
      subscriptionType: 'contact.propertyChange',
      objectId: Number(vid),
      propertyName,
      propertyValue,
    }))
}

/** facts §5, §12: a merge makes a new id, or keeps that of the primary. */
function merged({ vid, mergedVids = [] }: WriteEntry, switches: Switches): Happening {
  const objectId = Number(vid)
  const gone = mergedVids.map(Number)
  const [first = objectId, ...others] = gone
  const ids =
    switches.mergeIds === 'new'
      ? { primaryObjectId: first, mergedObjectIds: others, newObjectId: objectId }
      : {
          primaryObjectId: objectId,
          mergedObjectIds: gone,
          ...(switches.mergeEventNewId === 'same' && { newObjectId: objectId }),
        }
  return { subscriptionType: 'contact.merge', objectId, ...ids, numberOfPropertiesMoved: 0 }
}
