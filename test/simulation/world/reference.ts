import type { RecordKey } from '../../../functions/core/types.ts'
import { tagOf } from './tags.ts'
import type { World } from './world.ts'

interface Stamp {
  readonly time: number
  readonly receivedAt: number
  readonly index: number
  readonly id: string
}

interface Said {
  readonly type: string
  readonly key: RecordKey
  readonly into?: RecordKey
  readonly stamp: Stamp
  readonly traits?: Readonly<Record<string, unknown>>
}

/** What the traits of the deeds are called in HubSpot. */
const NAMES: Readonly<Record<string, string>> = { email: 'email', city: 'city', firstName: 'firstname' }

const isNewer = (a: Stamp, b: Stamp): boolean =>
  (a.time - b.time || a.receivedAt - b.receivedAt || a.index - b.index || (a.id < b.id ? -1 : 1)) > 0

/**
 * What every user should be, told anew and in the plainest way from all that ever got into the queue: of each property the
 * value with the newest stamp. Users who are deleted, or who become another, are left to other judges.
 */
export function desired(world: World): Map<RecordKey, Map<string, string>> {
  const all = [...world.queued].flatMap(body => parse(body) ?? [])
  const aside = new Set(
    all.flatMap(({ type, key, into }) =>
      type === 'alias' ? [key, ...(into ? [into] : [])] : type === 'delete' ? [key] : [],
    ),
  )
  const newest = new Map<RecordKey, Map<string, { readonly value: string; readonly stamp: Stamp }>>()
  for (const { type, key, stamp, traits = {} } of all) {
    if (type !== 'identify' || aside.has(key) || !key.startsWith('user#')) continue
    const properties = newest.get(key) ?? new Map()
    newest.set(key, properties)
    for (const [trait, value] of Object.entries(traits)) {
      const name = NAMES[trait]
      const current = name === undefined ? undefined : properties.get(name)
      if (name === undefined || (current && !isNewer(stamp, current.stamp))) continue
      properties.set(name, { value: value === null ? '' : String(value), stamp })
    }
  }
  return new Map(
    [...newest].map(([key, properties]) => [key, new Map([...properties].map(([name, { value }]) => [name, value]))]),
  )
}

function parse(body: string): Said | undefined {
  try {
    const said = JSON.parse(body)
    return typeof said.key === 'string' && said.stamp && !tagOf(said.key) ? said : undefined
  } catch {
    return undefined
  }
}
