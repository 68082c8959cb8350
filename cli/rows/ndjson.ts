import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { isObject } from '../../functions/core/parse/json.ts'
import type { Json } from '../../functions/core/types.ts'
import type { Rows } from './row.ts'

/** A file with a JSON object in each line. */
export const ndjsonRows = (path: string): Rows => ({
  format: 'ndjson',
  async *each(unreadable, read) {
    const file = createReadStream(path)
    if (read) file.on('data', () => read(file.bytesRead))
    let line = 0
    for await (const text of createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY })) {
      line += 1
      const original = text.replace(/^\uFEFF/, '')
      if (original.trim() === '') continue
      const fields = jsonIn(original)
      if (fields === undefined) unreadable({ line, original: [original], reason: 'is not JSON' })
      else if (!isObject(fields)) unreadable({ line, original: [original], reason: 'is not a JSON object' })
      // A row is known by its line, which blank and broken ones count for, too.
      else yield { number: line, line, original: [original], fields }
    }
  },
})

function jsonIn(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
