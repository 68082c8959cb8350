import { gunzipSync, gzipSync } from 'node:zlib'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import type { ObjectType } from '../../core/hubspot-objects.ts'
import type { Schema } from '../../core/schema.ts'
import type { Portal } from '../../core/store.ts'
import { TableRefused } from '../errors.ts'
import { otherPortal } from '../refusals.ts'
import { bytes, bytesOf, type Item, type ItemKey, keyOf, text, textOf } from './attributes.ts'
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

/** The HubSpot account to which the table belongs. Its schemas, some hundred KB of repetitive JSON, are kept compressed. */
export class Portals {
  readonly #table: Table

  constructor(table: Table) {
    this.#table = table
  }

  async read(): Promise<Portal | undefined> {
    const item = await this.#table.get(KEY)
    return item && { id: textOf(item, 'portalId'), schema: decode(item) }
  }

  async write({ id, schema }: Portal): Promise<void> {
    const item = { ...keyOf(KEY), portalId: text(id), schema: encode(schema) }
    if (!(await this.#table.put(item, any(itemDoesNotExist, portalIs(id))))) throw otherPortal()
  }

  async readSchemas(types: readonly ObjectType[]): Promise<Map<ObjectType, Schema>> {
    const items = types.length > 0 ? await this.#table.getMany(types.map(schemaItem)) : []
    return new Map(items.map(item => [textOf(item, 'pk').slice(SCHEMAS.length), decode(item)]))
  }

  async writeSchema(type: ObjectType, schema: Schema): Promise<void> {
    await this.#table.put({ ...keyOf(schemaItem(type)), schema: encode(schema) })
  }
}

const SCHEMAS = 'portal#'
const schemaItem = (type: ObjectType): ItemKey => ({ pk: `${SCHEMAS}${type}`, sk: 'portal' })

/** @throws TableRefused when it does not fit into an item. */
function encode({ revision, readAt, properties }: Schema): AttributeValue {
  const content = gzipSync(JSON.stringify({ format: FORMAT, revision, readAt, properties: [...properties.values()] }))
  if (content.length <= LARGEST) return bytes(content)
  const size = `${Math.ceil(content.length / 1024)} KB compressed`
  throw new TableRefused('keep the schema', 'TooLarge', `its ${properties.size} properties are ${size}, 390 KB fit`)
}

/** @throws UnreadableItem */
function decode(item: Item): Schema {
  const json = gunzipSync(bytesOf(item, 'schema')).toString()
  const { revision, readAt, properties } = checkDocument(item, 'schema', json, FORMAT, document)
  return { revision, readAt, properties: new Map(properties.map(property => [property.name, property])) }
}
