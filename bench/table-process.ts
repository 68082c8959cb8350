import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../functions/runtime/system.ts'
import { dynamoClient } from '../functions/store/dynamo/client.ts'
import { DynamoStore } from '../functions/store/dynamo/dynamo-store.ts'
import { localAws } from '../local/aws.ts'
import { createTable } from '../test/support/table.ts'

const TABLE = 'bench'

/** A store on a dynalite in a process of its own, so that the processor time measured here is ours alone. */
export async function startDynamoStore(): Promise<{ readonly store: DynamoStore; stop(): void }> {
  const child = fork(fileURLToPath(new URL('./table.child.ts', import.meta.url)), { execArgv: [], stdio: 'inherit' })
  const [address] = (await once(child, 'message')) as [AddressInfo]
  const client = dynamoClient(localAws(`http://127.0.0.1:${address.port}`))
  await createTable(client, TABLE)
  return {
    store: new DynamoStore(client, TABLE, systemClock),
    stop: () => {
      client.destroy()
      child.kill()
    },
  }
}
