import type { Source, WriteEntry } from '../ledger.ts'
import type { Switches } from '../switches.ts'

/** facts §12: classic apps name the type of record; the new platform says `object` and gives the type's id. */
export type SubscriptionType = `${'contact' | 'company' | 'deal' | 'ticket' | 'object'}.${What}`
type What = 'creation' | 'deletion' | 'merge' | 'restore' | 'privacyDeletion' | 'propertyChange'

/** What an app has asked to be told of. */
export interface Subscription {
  readonly subscriptionType: SubscriptionType
  /** Of `object.…`: `0-2`. */
  readonly objectTypeId?: string
  /** Of `….propertyChange`: the property. */
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
  /** Only in `object.…`. */
  readonly objectTypeId?: string
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

/** What happened to a record, before it is known who has asked for it. */
interface Happening extends Partial<WebhookEvent> {
  readonly what: What
  readonly objectId: number
}

const NAMES: Readonly<Record<string, string>> = { '0-1': 'contact', '0-2': 'company', '0-3': 'deal', '0-5': 'ticket' }

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
  return happeningsOf(write, switches).flatMap(({ what, ...happening }) =>
    app.subscriptions.flatMap((subscription, at): WebhookEvent[] => {
      if (!concerns(subscription, write.objectTypeId, what, happening.propertyName)) return []
      const { subscriptionType, objectTypeId } = subscription
      return [
        {
          eventId: app.nextEventId(),
          subscriptionId: 1000 + at,
          portalId: app.portalId,
          appId: app.appId,
          occurredAt: write.appliedAt,
          subscriptionType,
          attemptNumber: 0,
          ...SOURCES[write.source](app.appId),
          ...happening,
          ...(objectTypeId === undefined ? {} : { objectTypeId }),
        },
      ]
    }),
  )
}

function concerns(subscription: Subscription, typeId: string, what: What, propertyName: string | undefined): boolean {
  const { subscriptionType, objectTypeId } = subscription
  if (subscription.propertyName !== propertyName) return false
  // facts §12: there is no such thing on the new platform.
  if (subscriptionType === `object.${what}`) return objectTypeId === typeId && what !== 'privacyDeletion'
  return subscriptionType === `${NAMES[typeId]}.${what}`
}

function happeningsOf(write: WriteEntry, switches: Switches): Happening[] {
  const objectId = Number(write.vid)
  switch (write.kind) {
    case 'create':
      return [{ what: 'creation', objectId, changeFlag: 'CREATED' }, ...changesIn(write)]
    case 'update':
    case 'secondary-email':
      return changesIn(write)
    case 'archive':
      return [{ what: 'deletion', objectId, changeFlag: 'DELETED' }]
    case 'restore':
      return [{ what: 'restore', objectId, changeFlag: 'RESTORED' }]
    case 'erase':
      // HubSpot's changelog on privacy deletions: they are told as ordinary ones, too.
      return [
        { what: 'privacyDeletion', objectId },
        { what: 'deletion', objectId, changeFlag: 'DELETED' },
      ]
    case 'merge':
      return [merged(write, switches)]
  }
}

function changesIn({ vid, properties, previous }: WriteEntry): Happening[] {
  return Object.entries(properties)
    .filter(([name, value]) => value !== (previous[name] ?? ''))
    .map(([propertyName, propertyValue]) => ({
      what: 'propertyChange',
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
  return { what: 'merge', objectId, ...ids, numberOfPropertiesMoved: 0 }
}
