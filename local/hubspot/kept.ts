import { appendFileSync, closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Property } from './crm/property.ts'
import type { CrmRecord } from './crm/record.ts'

/** One thing that a portal holds, by its kind and key; `null`: no longer. */
export type Entry =
  | readonly [kind: 'record', id: string, record: KeptRecord | null]
  | readonly [kind: 'redirect' | 'email' | `unique:${string}`, key: string, id: string | null]
  | readonly [kind: 'property' | 'archived-property', name: string, property: Property | null]
  | readonly [kind: 'blocked', email: string, blocked: true]
  | readonly [kind: 'last-id', key: '', id: number]

type KeptRecord = Omit<CrmRecord, 'properties'> & { readonly properties: Iterable<readonly [string, string]> }

/** Is told of everything that a portal holds as it changes, and again when the change is undone. */
export type Keep = (...entry: Entry) => void

/** Where a portal survives. */
export interface Keeper {
  /** As it was left, each kind and key once. */
  readonly entries: Iterable<Entry>
  readonly keep: Keep
}

/**
 * Keeps a portal in a file of JSON lines, one entry each; the last one of a kind and key counts. What a request changes
 * is written as soon as its work is done, before HubSpot's API answers: what was answered survives a killed process.
 * Opening the file rewrites it without what no longer counts.
 */
export function keepInFile(path: string): Keeper & { close(): void } {
  const entries = existsSync(path) ? readEntries(path) : []
  writeFileSync(`${path}.new`, linesOf(entries))
  renameSync(`${path}.new`, path)
  const file = openSync(path, 'a')
  let open = true
  let changed = new Map<string, Entry>()
  const write = () => {
    const lines = linesOf(changed.values())
    changed = new Map()
    if (open) appendFileSync(file, lines)
  }
  return {
    entries,
    keep: (...entry) => {
      // A request is carried out, or undone, without a pause: this runs after it, and before anything can be sent.
      if (changed.size === 0) queueMicrotask(write)
      changed.set(identityOf(entry), entry)
    },
    close: () => {
      if (open) closeSync(file)
      open = false
    },
  }
}

function readEntries(path: string): Entry[] {
  const last = new Map<string, Entry>()
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const entry = readEntry(line)
    if (entry) last.set(identityOf(entry), entry)
  }
  return [...last.values()].filter(([, , value]) => value !== null)
}

/** @returns nothing for a line that a killed process left unfinished. */
function readEntry(line: string): Entry | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const identityOf = ([kind, key]: Entry) => `${kind}\n${key}`

const linesOf = (entries: Iterable<Entry>): string => Array.from(entries, entry => `${lineOf(entry)}\n`).join('')
const lineOf = (entry: Entry) => JSON.stringify(entry, (_, value) => (value instanceof Map ? [...value] : value))
