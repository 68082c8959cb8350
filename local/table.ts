import { once } from 'node:events'
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'
import { localAws } from './aws.ts'
import { mendIterators } from './closing-iterators.ts'
import { repairIndexes } from './index-repair.ts'
import { portOf } from './port.ts'
import type { Embedded } from './queues.ts'
import type { KeyPart, Table } from './stack.ts'
import { removeExpired } from './time-to-live.ts'

/** Where the table survives. */
export interface TableDirectory {
  readonly path: string
  /** The last run was killed: what it was writing is made whole. */
  readonly repair: boolean
}

/**
 * Embedded DynamoDB with the stack's table and indexes, on loopback.
 * @param directory absent: in memory.
 */
export async function startTable(table: Table, directory?: TableDirectory): Promise<Embedded> {
  mendIterators()
  const server = dynalite({
    createTableMs: 0,
    updateTableMs: 0,
    deleteTableMs: 0,
    ...(directory && { path: directory.path }),
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${portOf(server)}`
  const client = new DynamoDBClient(localAws(endpoint))
  try {
    await createTable(client, table)
    await active(client, table)
    if (directory?.repair) await repairIndexes(client, table)
    // A run that survives nothing is over before anything expires.
    if (directory) await removeExpired(client, table, Date.now())
  } finally {
    client.destroy()
  }
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

async function createTable(client: DynamoDBClient, table: Table): Promise<void> {
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
  }
}

/** Even a table that takes no time to create is refused for a moment. */
async function active(client: DynamoDBClient, table: Table): Promise<void> {
  for (let status: string | undefined; status !== 'ACTIVE'; ) {
    const { Table: described } = await client.send(new DescribeTableCommand({ TableName: table.name }))
    status = described?.TableStatus
  }
}

const keySchema = (parts: readonly KeyPart[]) =>
  parts.map(({ attribute, type }) => ({ AttributeName: attribute, KeyType: type }))
