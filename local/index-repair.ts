import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateScan,
} from '@aws-sdk/client-dynamodb'
import type { Table } from './stack.ts'

type Item = Record<string, AttributeValue>

/**
 * Makes the indexes agree with the items again after a run that was killed. DynamoDB keeps them together by itself;
 * the embedded one writes them one after the other:
 *
 *     remove the old entry ─► put the new entry ─► put the item
 *                          ▲                    ▲
 *                          │                    └─ killed here: an entry without its item
 *                          └─ killed here: a due item that nobody finds
 *
 * @returns how many items and entries did not agree.
 */
export async function repairIndexes(client: DynamoDBClient, table: Table): Promise<number> {
  let repaired = 0
  for (const index of table.indexes) {
    const names = [...new Set([...table.key, ...index.key].map(part => part.attribute))]
    const place = (item: Item) => JSON.stringify(names.map(name => item[name]))
    const entries = new Map<string, Item>()
    for await (const entry of scan(client, table.name, index.name)) entries.set(place(entry), entry)

    const items = new Set<string>()
    for await (const item of scan(client, table.name)) {
      if (!index.key.every(part => item[part.attribute])) continue
      items.add(place(item))
      if (entries.has(place(item))) continue
      repaired++
      // Any write puts the item's entry.
      await client.send(new PutItemCommand({ TableName: table.name, Item: item }))
    }
    for (const [key, entry] of entries) {
      if (items.has(key)) continue
      repaired++
      await removeEntry(client, table, entry)
    }
  }
  return repaired
}

/** An entry goes when an item that stands at its place leaves it. */
async function removeEntry(client: DynamoDBClient, table: Table, entry: Item): Promise<void> {
  const key = Object.fromEntries(
    table.key.flatMap(({ attribute }) => {
      const value = entry[attribute]
      return value ? [[attribute, value] as const] : []
    }),
  )
  const { Item: item } = await client.send(
    new GetItemCommand({ TableName: table.name, Key: key, ConsistentRead: true }),
  )
  await client.send(new PutItemCommand({ TableName: table.name, Item: { ...item, ...entry } }))
  if (item) await client.send(new PutItemCommand({ TableName: table.name, Item: item }))
  else await client.send(new DeleteItemCommand({ TableName: table.name, Key: key }))
}

async function* scan(client: DynamoDBClient, table: string, index?: string): AsyncGenerator<Item> {
  for await (const page of paginateScan({ client }, { TableName: table, ...(index && { IndexName: index }) })) {
    yield* page.Items ?? []
  }
}
