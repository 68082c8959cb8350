import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import type { Choice, SubscriptionDefinition } from './consent/subscriptions.ts'
import type { AssociationType } from './crm/association-types.ts'
import type { RecordList } from './crm/lists.ts'
import type { ObjectType } from './crm/object-type.ts'
import type { Property, PropertyGroup } from './crm/property.ts'
import type { CrmRecord } from './crm/record.ts'
import type { EventDefinition } from './events/definition.ts'
import type { Occurrence } from './events/occurrence.ts'

/** What a portal holds, by kind. */
export interface Kinds {
  readonly record: KeptRecord
  /** Merged-away id → survivor. */
  readonly redirect: string
  /** Address → record id. */
  readonly email: string
  /** `property:value` → record id. */
  readonly unique: string
  readonly property: Property
  readonly 'archived-property': Property
  readonly 'property-group': PropertyGroup
  readonly 'object-type': ObjectType
  /** By fully qualified name. */
  readonly 'event-definition': EventDefinition
  readonly event: Occurrence
  readonly 'association-label': AssociationType
  /** `0-1/551>0-2/77` → ids of association types; each pair from both sides. */
  readonly association: readonly number[]
  readonly list: RecordList
  /** `list/record` → when it joined. */
  readonly 'list-member': number
  readonly 'subscription-definition': SubscriptionDefinition
  /** `address/definition` → what it has chosen. */
  readonly subscription: Choice
  /** Address → when it opted out of everything. */
  readonly 'opt-out': number
  readonly blocked: true
  readonly 'last-id': number
}

export type Kind = keyof Kinds

export interface KeptRecord extends Omit<CrmRecord, 'properties'> {
  readonly properties: Iterable<readonly [string, string]>
}

/** Where a portal, or the part of it that concerns one object type, survives. */
export interface Keeper {
  /** As it was left, by key. */
  kept<K extends Kind>(kind: K): Iterable<readonly [key: string, value: Kinds[K]]>
  /** Is told of everything as it changes, and again when the change is undone. `null`: no longer. */
  keep<K extends Kind>(kind: K, key: string, value: Kinds[K] | null): void
  /** The part of one object type. */
  of(typeId: string): Keeper
}

/** Keeps nothing. */
export const forgetful: Keeper = { kept: () => [], keep: () => {}, of: () => forgetful }

/** A line of the file: `['0-1/record', '551', {…}]`. */
type Entry = readonly [scopedKind: string, key: string, value: unknown]

/**
 * Keeps a portal in a file of JSON lines, one entry each; the last one of a kind and key counts. What a request changes
 * is written as soon as its work is done, before HubSpot's API answers: what was answered survives a killed process.
 * Opening the file rewrites it without what no longer counts.
 */
export function keepInFile(path: string): Keeper & { close(): void } {
  const found = existsSync(path) ? readLines(path) : new Map<string, Map<string, string>>()
  writeFileSync(`${path}.new`, textOf([...found.values()].flatMap(lines => [...lines.values()])))
  renameSync(`${path}.new`, path)
  const file = openSync(path, 'a')
  let open = true
  let changed = new Map<string, string>()
  const write = () => {
    const text = textOf(changed.values())
    changed = new Map()
    if (!open) return
    const { size } = fstatSync(file)
    try {
      appendFileSync(file, text)
    } catch (error) {
      // Half a request must not be found by the next run, which would have the other half sent once more.
      ftruncateSync(file, size)
      throw error
    }
  }
  const part = (scope: string): Keeper => ({
    kept: kind => Array.from(found.get(`${scope}${kind}`)?.values() ?? [], line => JSON.parse(line).slice(1)),
    keep: (kind, key, value) => {
      // A request is carried out, or undone, without a pause: this runs after it, and before anything can be sent.
      if (changed.size === 0) queueMicrotask(write)
      changed.set(`${scope}${kind}\n${key}`, lineOf([`${scope}${kind}`, key, value]))
    },
    of: typeId => part(`${typeId}/`),
  })
  return {
    ...part(''),
    close: () => {
      if (open) closeSync(file)
      open = false
    },
  }
}

/** Kind → key → line, as far as it counts. */
function readLines(path: string): Map<string, Map<string, string>> {
  const byKind = new Map<string, Map<string, string>>()
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const entry = readEntry(line)
    if (!entry) continue
    const [kind, key, value] = entry
    const lines = byKind.get(kind) ?? new Map<string, string>()
    byKind.set(kind, lines)
    if (value === null) lines.delete(key)
    else lines.set(key, line)
  }
  return byKind
}

/** @returns nothing for a line that a killed process left unfinished. */
function readEntry(line: string): Entry | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const textOf = (lines: Iterable<string>): string => Array.from(lines, line => `${line}\n`).join('')
const lineOf = (entry: Entry) => JSON.stringify(entry, (_, value) => (value instanceof Map ? [...value] : value))
