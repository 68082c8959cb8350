import { isNewer, type Said, type Stamp } from '../reference.ts'

/** One thing that somebody has done. */
export interface Done {
  readonly nr: string
  readonly name: string
  readonly user: string
  readonly properties: Readonly<Record<string, string>>
}

/** `ids`: under which it was said. */
type Newest<Value> = Map<string, { readonly value: Value; readonly stamp: Stamp; readonly ids: ReadonlySet<string> }>
export type PerUser<Value> = ReadonlyMap<string, Newest<Value>>

/** What the plainest fold makes of all that was said beside contacts; of users, for whom they have become. */
export interface Expected {
  readonly done: readonly Done[]
  /** Name in the plural → id → property → value. */
  readonly objects: ReadonlyMap<string, ReadonlyMap<string, Newest<string>>>
  /** User → company → label, `''`: none; `undefined`: not joined. */
  readonly companies: PerUser<string | undefined>
  readonly orders: PerUser<true>
  /** User → `team` → which. */
  readonly teams: PerUser<string>
  readonly lists: PerUser<boolean>
  readonly consents: PerUser<boolean>
}

const SNAKE: Readonly<Record<string, string>> = {
  'Company Left': 'company_left',
  'Order Completed': 'order_completed',
  'Team Joined': 'team_joined',
  'Trial Started': 'trial_started',
  'Trial Ended': 'trial_ended',
  'Page Seen': 'page_seen',
}

/** @param end whom a user has become */
export function expectedOf(said: readonly Said[], end: (user: string) => string): Expected {
  const done: Done[] = []
  const objects = new Map(['companies', 'deals', 'tickets'].map(type => [type, new Map<string, Newest<string>>()]))
  const [companies, orders, teams, lists, consents] = [new Map(), new Map(), new Map(), new Map(), new Map()]
  for (const event of said) {
    const { type, key, name = '', properties = {}, groupId = '', traits = {} } = event
    if (!key.startsWith('user#')) continue
    const user = end(key.slice('user#'.length))
    const text = (value: unknown) => (value === null || value === undefined ? '' : String(value))
    const object = (kind: string, id: string, values: Readonly<Record<string, unknown>>) => {
      const all = objects.get(kind)
      const properties = all?.get(id) ?? new Map()
      all?.set(id, properties)
      for (const [property, value] of Object.entries(values))
        if (value !== undefined) put(properties, property, text(value), event)
    }
    if (type === 'track') {
      const own = Object.fromEntries(Object.entries(properties).map(([property, value]) => [property, text(value)]))
      done.push({ nr: text(properties.nr), name: SNAKE[name] ?? name, user, properties: own })
    }
    if (type === 'group') {
      object('companies', groupId, { name: traits.name, city: traits.city })
      put(of(companies, user), groupId, text(traits.role), event)
    } else if (name === 'Company Left') put(of(companies, user), text(properties.company), undefined, event)
    else if (name === 'Order Completed') {
      object('deals', text(properties.order_id), { dealname: properties.title })
      put(of(orders, user), text(properties.order_id), true, event)
    } else if (name === 'Team Joined') {
      object('tickets', text(properties.team), { subject: properties.team })
      put(of(teams, user), 'team', text(properties.team), event)
    } else if (name === 'Trial Started' || name === 'Trial Ended')
      put(of(lists, user), 'Trial', name === 'Trial Started', event)
    if (type !== 'identify') continue
    if (typeof traits.vip === 'boolean') put(of(lists, user), 'VIPs', traits.vip, event)
    if (typeof traits.newsletter === 'boolean') put(of(consents, user), 'Newsletter', traits.newsletter, event)
  }
  return { done, objects, companies, orders, teams, lists, consents }
}

function of<Value>(all: Map<string, Newest<Value>>, user: string): Newest<Value> {
  const found = all.get(user) ?? new Map()
  all.set(user, found)
  return found
}

function put<Value>(all: Newest<Value>, name: string, value: Value, { stamp, key }: Said): void {
  const current = all.get(name)
  const ids = new Set([...(current?.ids ?? []), key])
  all.set(name, current && !isNewer(stamp, current.stamp) ? { ...current, ids } : { value, stamp, ids })
}
