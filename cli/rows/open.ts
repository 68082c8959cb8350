import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { EXIT, Failed } from '../command.ts'
import { whyUnreadable } from '../unreadable.ts'
import { csvRows } from './csv.ts'
import { ndjsonRows } from './ndjson.ts'
import type { Rows } from './row.ts'

/** A file of users, and what it is known by. */
export interface RowsFile extends Rows {
  readonly path: string
  readonly bytes: number
  /** SHA-256 of its bytes: the same file elsewhere is the same file, and a changed one is another. */
  readonly fingerprint: string
  /** When it was written. */
  readonly writtenAt: Date
}

/** @throws Failed: usage. */
export async function openRows(path: string): Promise<RowsFile> {
  const found = await stat(path).catch((error: Error) => {
    throw new Failed(EXIT.usage, `${path} cannot be read: ${whyUnreadable(error)}.`)
  })
  if (!found.isFile()) throw new Failed(EXIT.usage, `${path} is no file: it is read more than once.`)
  const rows = await rowsIn(path)
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return { ...rows, path, bytes: found.size, fingerprint: hash.digest('base64url'), writtenAt: found.mtime }
}

async function rowsIn(path: string): Promise<Rows> {
  if (/\.(csv|tsv|txt)$/i.test(path)) return csvRows(path)
  if (/\.(ndjson|jsonl)$/i.test(path)) return ndjsonRows(path)
  throw new Failed(EXIT.usage, `${path} must end in .csv or .ndjson, by which its format is known.`)
}
