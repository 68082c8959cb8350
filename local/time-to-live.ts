import { DeleteItemCommand, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import type { Table } from './stack.ts'

/**
 * Removes the items whose time is over, as DynamoDB does by itself within days; the embedded one never does.
 * @param now in milliseconds; the attribute counts in seconds
 * @returns how many there were
 */
export async function removeExpired(client: DynamoDBClient, table: Table, now: number): Promise<number> {
  const { name, key, timeToLive } = table
  if (timeToLive === undefined) return 0
  let removed = 0
  const pages = paginateScan(
    { client },
    {
      TableName: name,
      FilterExpression: '#expires < :now',
      ExpressionAttributeNames: { '#expires': timeToLive },
      ExpressionAttributeValues: { ':now': { N: String(Math.floor(now / 1_000)) } },
    },
  )
  for await (const { Items = [] } of pages) {
    for (const item of Items) {
      const Key = Object.fromEntries(
        key.flatMap(({ attribute }) => (item[attribute] ? [[attribute, item[attribute]] as const] : [])),
      )
      await client.send(new DeleteItemCommand({ TableName: name, Key }))
      removed += 1
    }
  }
  return removed
}
