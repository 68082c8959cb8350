import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { UnusableSetting } from './settings.ts'

/** A directory in which one run at a time keeps its queues, its table and the embedded HubSpot. */
export interface DataDirectory {
  readonly queues: string
  readonly table: string
  /** A file, of the embedded HubSpot. */
  readonly hubspot: string
  /** The last run did not come to its end: it was killed, or the machine went down. */
  readonly leftBehind: boolean
  /** Notes that everything has been written. */
  markEnded(): void
  /** Lets the next run in. */
  close(): void
}

/**
 * Opens `DATA_DIR`. The lock is SQLite's on a small database, because the system takes it back even from a killed
 * process; a row in it tells a killed run from one that ended.
 * @throws UnusableSetting when another run has it, or when it cannot be written.
 */
export function openDataDirectory(path: string): DataDirectory {
  const database = lock(path)
  const leftBehind = database.prepare('SELECT 1 FROM run').get() !== undefined
  database.exec('INSERT OR IGNORE INTO run (id) VALUES (1)')
  return {
    queues: join(path, 'queues'),
    table: join(path, 'table'),
    hubspot: join(path, 'hubspot.jsonl'),
    leftBehind,
    markEnded: () => database.exec('DELETE FROM run'),
    close: () => database.close(),
  }
}

function lock(path: string): DatabaseSync {
  try {
    makeDirectory(resolve(path))
    const database = new DatabaseSync(join(path, 'run.db'))
    database.exec('PRAGMA locking_mode = EXCLUSIVE')
    database.exec('CREATE TABLE IF NOT EXISTS run (id INTEGER PRIMARY KEY)')
    // Reading would share the lock with another reader.
    database.exec('BEGIN EXCLUSIVE; COMMIT')
    return database
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UnusableSetting(
      /locked/.test(reason)
        ? `DATA_DIR is ${path}, which another run is using: end that one, or give this one a directory of its own.`
        : `DATA_DIR is ${path}, which cannot be used: ${reason}.`,
    )
  }
}

/** One level at a time: Node's own `recursive` never ends where the system makes no directories, in /proc, say. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return
  makeDirectory(dirname(path))
  mkdirSync(path)
}
