import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { type CsvError, parse } from 'csv-parse'
import { EXIT, Failed } from '../command.ts'
import { type BadRow, OWN_COLUMNS, type Row, type Rows } from './row.ts'

/** In characters. A quote that nobody closes would swallow the rest of the file. */
const LARGEST_ROW = 1024 * 1024
/** Bytes in which the line with the titles ends. */
const HEAD = 64 * 1024

/** A CSV file: titles in its first line, commas, semicolons or tabs between the cells, UTF-8. @throws Failed: usage. */
export async function csvRows(path: string): Promise<Rows> {
  const delimiter = delimiterIn(await headOf(path))
  const options = { delimiter, bom: true, info: true, relax_column_count: true, skip_empty_lines: true } as const
  const columns = await titles(path, options)
  return {
    format: 'csv',
    columns,
    async *each(unreadable, read) {
      const file = createReadStream(path)
      if (read) file.on('data', () => read(file.bytesRead))
      const parser = parse({
        ...options,
        max_record_size: LARGEST_ROW,
        skip_records_with_error: true,
        on_skip: (error, raw) => {
          if (error) unreadable(badRowOf(error, raw))
          return undefined
        },
      })
      pipeline(file, parser, () => {})
      let number = 0
      for await (const entry of parser) {
        const { record, info } = entryOf(entry)
        // The titles.
        if (info.records === 1) continue
        number += 1
        if (record.length > columns.length && record.slice(columns.length).some(cell => cell !== '')) {
          const reason = `has ${record.length} cells where there are ${columns.length} columns: is a delimiter not quoted?`
          unreadable({ line: info.lines, original: record, reason })
          continue
        }
        yield rowOf(number, info.lines, record, columns)
      }
    },
  }
}

/** An empty cell says nothing: whoever means to clear a property says `null` in NDJSON. */
function rowOf(number: number, line: number, original: readonly string[], columns: readonly string[]): Row {
  const own: readonly string[] = Object.values(OWN_COLUMNS)
  const cells = columns.flatMap((title, index) => {
    const cell = original[index] ?? ''
    return cell === '' || title === '' || own.includes(title) ? [] : [[title, cell] as const]
  })
  return { number, line, original, fields: Object.fromEntries(cells) }
}

function badRowOf(error: CsvError, raw: string | undefined): BadRow {
  const line = typeof error.lines === 'number' ? error.lines : 0
  // The rest of the file may hang on it.
  return { line, original: [(raw ?? '').slice(0, LARGEST_ROW).trim()], reason: `is not CSV: ${error.message}` }
}

interface Entry {
  readonly record: readonly string[]
  readonly info: { readonly lines: number; readonly records: number }
}

const isEntry = (given: unknown): given is Entry => typeof given === 'object' && given !== null && 'record' in given

function entryOf(given: unknown): Entry {
  if (isEntry(given)) return given
  throw new TypeError('the CSV parser gives rows in another shape than it was asked for')
}

async function titles(path: string, options: { readonly delimiter: string }): Promise<string[]> {
  const parser = parse({ ...options, info: false, to: 1, max_record_size: HEAD })
  pipeline(createReadStream(path), parser, () => {})
  let found: readonly string[] = []
  try {
    for await (const record of parser) if (Array.isArray(record)) found = record.map(cell => String(cell).trim())
  } catch (error) {
    throw new Failed(EXIT.usage, `The titles of ${path} are not CSV: ${error instanceof Error ? error.message : ''}`)
  }
  const given = found.filter(title => title !== '')
  if (given.length === 0) throw new Failed(EXIT.usage, `${path} has no titles: its first line must name the columns.`)
  const twice = given.find((title, index) => given.indexOf(title) !== index)
  if (twice !== undefined) throw new Failed(EXIT.usage, `${path} has two columns ${JSON.stringify(twice)}.`)
  return [...found]
}

async function headOf(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0)
    return buffer.toString('utf8', 0, bytesRead).split(/\r?\n/, 1)[0] ?? ''
  } finally {
    await file.close()
  }
}

/** What stands most often between titles; Excel writes semicolons where a comma is for decimals. */
function delimiterIn(head: string): string {
  const count = (character: string): number => head.split(character).length
  return [',', ';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best))
}
