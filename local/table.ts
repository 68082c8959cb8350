import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { CreateTableCommand, DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'
import { localAws } from './aws.ts'
import type { Embedded } from './queues.ts'
import type { KeyPart, Table } from './stack.ts'

/**
 * Embedded DynamoDB with the stack's table and indexes, on loopback.
 * @param directory where items survive; absent: in memory.
 */
export async function startTable(table: Table, directory?: string): Promise<Embedded> {
  const server = dynalite({
    createTableMs: 0,
    updateTableMs: 0,
    deleteTableMs: 0,
    ...(directory !== undefined && { path: directory }),
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const endpoint = `http://127.0.0.1:${port}`
  await createTable(endpoint, table)
  return {
    endpoint,
    stop: async () => {
      server.closeAllConnections()
      const closed = Promise.withResolvers<void>()
      server.close(error => (error ? closed.reject(error) : closed.resolve()))
      await closed.promise
    },
  }
}

async function createTable(endpoint: string, table: Table): Promise<void> {
  const client = new DynamoDBClient(localAws(endpoint))
  const request = new CreateTableCommand({
    TableName: table.name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: table.attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    KeySchema: keySchema(table.key),
    GlobalSecondaryIndexes: table.indexes.map(({ name, key, projection }) => ({
      IndexName: name,
      KeySchema: keySchema(key),
      Projection: { ProjectionType: projection },
    })),
  })
  try {
    await client.send(request)
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error
  } finally {
    client.destroy()
  }
}

const keySchema = (parts: readonly KeyPart[]) =>
  parts.map(({ attribute, type }) => ({ AttributeName: attribute, KeyType: type }))
