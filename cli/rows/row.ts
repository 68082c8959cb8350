import type { JsonObject } from '../../functions/core/parse/json.ts'

/** One user in a file. */
export interface Row {
  /** Counts the rows that can be read, from 1: the same in every reading of the file. */
  readonly number: number
  /** Where it ends in the file, from 1. */
  readonly line: number
  /** As it stands in the file: cells, or one line. */
  readonly original: readonly string[]
  readonly fields: JsonObject
}

/** A row that nobody can use, and why. */
export interface BadRow extends Pick<Row, 'line' | 'original'> {
  readonly reason: string
}

/** A file of users, read as often as one likes, a row at a time. */
export interface Rows {
  readonly format: 'csv' | 'ndjson'
  /** Of CSV: the titles, as they stand in the file. */
  readonly columns?: readonly string[]
  /**
   * @param unreadable is told of what is not even a row
   * @param read is told how many bytes have been read so far
   */
  each(unreadable: (row: BadRow) => void, read?: (bytes: number) => void): AsyncIterable<Row>
}

/** Columns that `vidsync` itself has written into a file of bad rows. */
export const OWN_COLUMNS = { reason: 'vidsync_reason', line: 'vidsync_line' } as const
