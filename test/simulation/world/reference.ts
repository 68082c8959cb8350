import type { ContactRecord } from '../../../functions/core/record.ts'
import type { RecordKey } from '../../../functions/core/types.ts'
import type { World } from './world.ts'

export interface Stamp {
  readonly time: number
  readonly receivedAt: number
  readonly index: number
  readonly id: string
}

export interface Said {
  readonly type: string
  readonly key: RecordKey
  readonly into?: RecordKey
  readonly stamp: Stamp
  readonly traits?: Readonly<Record<string, unknown>>
  readonly name?: string
  readonly properties?: Readonly<Record<string, unknown>>
  readonly groupId?: string
}

/** What the traits of the deeds are called in HubSpot. Of others HubSpot decides what is a value at all. */
const NAMES: Readonly<Record<string, string>> = {
  email: 'email',
  city: 'city',
  firstName: 'firstname',
  lastName: 'lastname',
}

export const isNewer = (a: Stamp, b: Stamp): boolean =>
  (a.time - b.time || a.receivedAt - b.receivedAt || a.index - b.index || (a.id < b.id ? -1 : 1)) > 0

/** Every record holds what the plainest fold makes of all that ever got into the queue. */
export function asReferenceSays(world: World, records: readonly ContactRecord[]): void {
  const invariant = 'desired is the fold of all accepted events'
  const found = new Map(records.map(record => [record.key, record]))
  for (const [key, properties] of desired(world)) {
    const record = found.get(key)
    world.hold(invariant, record !== undefined, () => `there is no record of ${key}`)
    for (const [name, value] of properties) {
      const folded = String(record?.folded.registers.get(name)?.candidates[0].value ?? '')
      world.hold(invariant, folded === value, () => `${name} of ${key} is ${folded}, not ${value}`)
    }
  }
}

/**
 * Of each property the value with the newest stamp, said of the user or of an id that has become the user, and not from
 * before the user was deleted. Where an id that has become another was deleted, too, the order in which the two are
 * heard of decides: such users are left to the other judges.
 */
function desired(world: World): Map<RecordKey, Map<string, string>> {
  const { said: all, heirs, end } = sayings(world)
  const deletions = new Map<RecordKey, Stamp>()
  const unclear = new Set<RecordKey>()
  const aliased = new Set([...heirs].flat())
  for (const { type, key, stamp } of all) {
    if (type !== 'delete') continue
    if (aliased.has(key)) unclear.add(end(key))
    const before = deletions.get(key)
    if (!before || isNewer(stamp, before)) deletions.set(key, stamp)
  }
  const { deletedUser, eventsAfterDeletion } = world.config.policies
  const revives = (eventsAfterDeletion ?? (deletedUser === 'keep' ? 'revive' : 'ignore')) === 'revive'
  const newest = new Map<RecordKey, Map<string, { readonly value: string; readonly stamp: Stamp }>>()
  for (const { type, key: said, stamp, traits = {} } of all) {
    const key = end(said)
    if (type !== 'identify' || unclear.has(key)) continue
    const properties = newest.get(key) ?? new Map()
    newest.set(key, properties)
    const deletion = deletions.get(key)
    const counts = !deletion || (revives && isNewer(stamp, deletion))
    for (const [trait, value] of Object.entries(traits)) {
      const name = NAMES[trait]
      if (name === undefined) continue
      const current = properties.get(name)
      if (!counts && !current) properties.set(name, { value: '', stamp: deletion })
      if (!counts || (current && !isNewer(stamp, current.stamp))) continue
      properties.set(name, { value: value === null ? '' : String(value), stamp })
    }
  }
  return new Map(
    [...newest].map(([key, properties]) => [key, new Map([...properties].map(([name, { value }]) => [name, value]))]),
  )
}

/** All that ever got into the queue, and whom every id has become. */
export function sayings(world: World) {
  const said = [...world.queued].flatMap(body => parse(body) ?? [])
  const heirs = new Map(said.flatMap(({ type, key, into }) => (type === 'alias' && into ? [[key, into] as const] : [])))
  const end = (key: RecordKey): RecordKey => {
    let at = key
    for (let hops = 0; hops < 9; hops++) at = heirs.get(at) ?? at
    return at
  }
  return { said, heirs, end }
}

/** What is no event is nobody's. */
function parse(body: string): Said | undefined {
  try {
    const said = JSON.parse(body)
    return typeof said.key === 'string' && said.stamp ? said : undefined
  } catch {
    return undefined
  }
}
