import { sha256 } from '../digest.ts'
import type { NoticeEvent } from '../event.ts'
import type { QueuedEvent } from '../queue.ts'
import type { Json, Vid } from '../types.ts'
import { isObject, type JsonObject } from './json.ts'
import { Rejected } from './rejected.ts'

/** HubSpot sends up to 100 in one request. */
const MOST_EVENTS = 1000

/** The object type of contacts, which the newer subscriptions (`object.merge`, …) name. */
const CONTACTS = '0-1'

/**
 * What can make a contact another one than its owner's record believes. A creation cannot: nobody has claimed what is new.
 * https://developers.hubspot.com/docs/api-reference/webhooks-webhooks-v3/guide
 */
const HEEDED = /^(contact|object)\.(merge|deletion|privacyDeletion|restore|propertyChange)$/

/**
 * Reads a request of HubSpot's webhooks and finds the contacts that must be read back: one notice each, however many
 * events name it. What is of another type, of other objects, or of properties that identify nobody, is left out.
 * @param uniqueProperty the property that carries the product's user id
 * @throws Rejected
 */
export function readWebhooks(body: Json, uniqueProperty: string): QueuedEvent<NoticeEvent>[] {
  if (!Array.isArray(body)) throw new Rejected('The body must be a list of events, as HubSpot sends it.')
  if (body.length > MOST_EVENTS) throw new Rejected(`The body has more than ${MOST_EVENTS} events: send fewer at once.`)
  const found = new Map<string, { notice: NoticeEvent; readonly from: Set<string> }>()
  for (const event of body) {
    if (!isObject(event)) throw new Rejected('An event must be a JSON object.')
    if (!isHeeded(event, uniqueProperty)) continue
    const identity = identityOf(event)
    for (const notice of noticesIn(event)) {
      const key = `${notice.portal} ${notice.vid}`
      const known = found.get(key)
      if (!known) found.set(key, { notice, from: new Set([identity]) })
      else {
        known.from.add(identity)
        if ((notice.erasedAt ?? 0) > (known.notice.erasedAt ?? 0)) known.notice = notice
      }
    }
  }
  return [...found].map(([key, { notice, from }]) => ({
    event: notice,
    // HubSpot's own repetition, or somebody else's, is the same message for as long as the queue remembers it.
    deduplicationId: sha256([key, ...[...from].sort()].join('\n')),
  }))
}

/**
 * Whether an event can matter. Our own writes echo as changes with the app as their source: `deliver` has had HubSpot's
 * answer to them, or has doubts of its own. Another integration's, a person's and a form's do matter, and so does every
 * merge and deletion. Whatever is left out here by mistake is found by the next update of its user.
 */
function isHeeded(event: JsonObject, uniqueProperty: string): boolean {
  const { subscriptionType, objectTypeId, propertyName, changeSource, sourceId, appId } = event
  if (typeof subscriptionType !== 'string') throw malformed('subscriptionType')
  const [, object, what] = HEEDED.exec(subscriptionType) ?? []
  if (what === undefined || (object === 'object' && objectTypeId !== CONTACTS)) return false
  if (what !== 'propertyChange') return true
  if (propertyName !== 'email' && propertyName !== uniqueProperty) return false
  return !(changeSource === 'INTEGRATION' && appId !== undefined && String(sourceId) === String(appId))
}

/**
 * Every contact that an event names. HubSpot gives a merged contact a new id, or keeps the primary's: whoever owns any of
 * them is concerned.
 */
function noticesIn(event: JsonObject): NoticeEvent[] {
  const { objectId, primaryObjectId, newObjectId, mergedObjectIds } = event
  const portal = idOf(event.portalId, 'portalId')
  const at = event.occurredAt
  if (typeof at !== 'number') throw malformed('occurredAt')
  const merged = mergedObjectIds ?? []
  if (!Array.isArray(merged)) throw malformed('mergedObjectIds')
  const named = [objectId, primaryObjectId, newObjectId, ...merged].filter(id => id !== undefined && id !== null)
  if (named.length === 0) throw malformed('objectId')
  const erased = event.subscriptionType === 'contact.privacyDeletion' ? { erasedAt: at } : {}
  return named.map(id => ({ type: 'notice', vid: idOf(id, 'objectId'), portal, ...erased }))
}

/** HubSpot's `eventId` alone is not unique; the number of its attempts is left out. */
const identityOf = ({ subscriptionId, eventId, subscriptionType, objectId, occurredAt, propertyName }: JsonObject) =>
  JSON.stringify([subscriptionId, eventId, subscriptionType, objectId, occurredAt, propertyName])

/** Ids come as numbers; as texts they would be the same ids. */
function idOf(id: Json | undefined, name: string): Vid {
  const text = typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : id
  if (isId(text)) return text
  throw malformed(name)
}

const isId = (id: Json | undefined): id is Vid => typeof id === 'string' && /^[1-9]\d{0,18}$/.test(id)

const malformed = (name: string) => new Rejected(`The ${name} of an event is missing or not as HubSpot sends it.`)
