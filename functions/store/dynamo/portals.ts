import { gunzipSync, gzipSync } from 'node:zlib'
import * as v from 'valibot'
import type { Portal } from '../../core/store.ts'
import { TableRefused } from '../errors.ts'
import { otherPortal } from '../refusals.ts'
import { bytes, bytesOf, type Item, keyOf, text, textOf } from './attributes.ts'
import { any, itemDoesNotExist, portalIs } from './conditions.ts'
import { checkDocument } from './document.ts'
import type { Table } from './table.ts'

const FORMAT = 1
const KEY = { pk: 'portal', sk: 'portal' }
/** DynamoDB's limit of an item is 400 KB. */
const LARGEST = 390 * 1024

const document = v.object({
  revision: v.string(),
  readAt: v.number(),
  properties: v.array(
    v.object({
      name: v.string(),
      type: v.picklist(['string', 'number', 'bool', 'date', 'datetime', 'enumeration', 'other']),
      readOnly: v.boolean(),
      options: v.exactOptional(v.array(v.object({ value: v.string(), label: v.string() }))),
      multiple: v.boolean(),
      unique: v.boolean(),
    }),
  ),
})

/** The HubSpot account to which the table belongs. Its schema, some hundred KB of repetitive JSON, is kept compressed. */
export class Portals {
  readonly #table: Table

  constructor(table: Table) {
    this.#table = table
  }

  async read(): Promise<Portal | undefined> {
    const item = await this.#table.get(KEY)
    return item && decode(item)
  }

  async write({ id, schema }: Portal): Promise<void> {
    const { revision, readAt, properties } = schema
    const content = gzipSync(JSON.stringify({ format: FORMAT, revision, readAt, properties: [...properties.values()] }))
    if (content.length > LARGEST) {
      const size = `${Math.ceil(content.length / 1024)} KB compressed`
      throw new TableRefused('keep the schema', 'TooLarge', `its ${properties.size} properties are ${size}, 390 KB fit`)
    }
    const item = { ...keyOf(KEY), portalId: text(id), schema: bytes(content) }
    if (!(await this.#table.put(item, any(itemDoesNotExist, portalIs(id))))) throw otherPortal()
  }
}

function decode(item: Item): Portal {
  const json = gunzipSync(bytesOf(item, 'schema')).toString()
  const { revision, readAt, properties } = checkDocument(item, 'schema', json, FORMAT, document)
  return {
    id: textOf(item, 'portalId'),
    schema: { revision, readAt, properties: new Map(properties.map(property => [property.name, property])) },
  }
}
