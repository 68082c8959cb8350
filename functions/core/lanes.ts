import type { Config } from './config.ts'
import type { Priority } from './event.ts'
import type { Kind } from './keys.ts'
import { LANES, type Lane, type WorkLane } from './record.ts'

/** Where a record of a kind waits for delivery. Contacts' live work goes before their bulk work; the others know no bulk. */
export function workLaneOf(kind: Kind, priority: Priority): WorkLane {
  switch (kind) {
    case 'contact':
      return priority
    case 'object':
      return 'objects'
    case 'link':
      return 'links'
    case 'event':
      return 'events'
    case 'lists':
    case 'subscriptions':
      return kind
  }
}

const CONTACT_LANES: readonly Lane[] = ['live', 'bulk', 'verifying', 'conflict', 'rejected']

/** The lanes in which anything can wait under this configuration: looking into the others would cost for nothing. */
export function lanesOf({ events, objects, lists, subscriptions }: Config): readonly Lane[] {
  const mappings = Object.values(objects)
  const used: Record<Exclude<WorkLane, Priority>, boolean> = {
    objects: mappings.length > 0,
    // Where nothing is joined, an id that cannot be used is told there.
    links: mappings.length > 0,
    lists: Object.keys(lists).length > 0,
    subscriptions: Object.keys(subscriptions).length > 0,
    events: events.track || events.page || events.screen,
  }
  const others = BEYOND_CONTACTS.filter(lane => used[lane])
  return others.length === 0 ? CONTACT_LANES : [...CONTACT_LANES, ...others, 'waiting']
}

const BEYOND_CONTACTS = ['objects', 'links', 'lists', 'subscriptions', 'events'] as const

/**
 * The others: in them lies what was recorded while the configuration was another one. Worth a look now and then, so that
 * nothing lies there unseen for ever.
 */
export function unusedLanes(config: Config): readonly Lane[] {
  const used = lanesOf(config)
  return LANES.filter(lane => !used.includes(lane))
}
