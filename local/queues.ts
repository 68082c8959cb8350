import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { buildApp } from 'fauxqs'
// The package exports only a server that listens on every interface; its parts are reached by their files.
import { PersistenceManager } from '../node_modules/fauxqs/dist/persistence.js'
import { S3Store } from '../node_modules/fauxqs/dist/s3/s3Store.js'
import { SnsStore } from '../node_modules/fauxqs/dist/sns/snsStore.js'
import { SqsStore } from '../node_modules/fauxqs/dist/sqs/sqsStore.js'
import type { Queue } from './stack.ts'

/** A neighbour that runs on this machine. */
export interface Embedded {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
  stop(): Promise<void>
}

/**
 * Embedded SQS with the queues of the stack, on loopback. A queue that exists already takes over the stack's attributes
 * and keeps its messages.
 * @param directory where messages survive; absent: in memory.
 */
export async function startQueues(queues: readonly Queue[], directory?: string): Promise<Embedded> {
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() }
  const persistence = directory === undefined ? undefined : load(stores, directory)
  for (const queue of queues) createOrUpdate(stores.sqsStore, queue)
  const app = buildApp({ logger: false, host: '127.0.0.1', stores })
  const endpoint = await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    endpoint,
    stop: async () => {
      await app.close()
      persistence?.close()
    },
  }
}

type Stores = { readonly sqsStore: SqsStore; readonly snsStore: SnsStore; readonly s3Store: S3Store }

function load(stores: Stores, directory: string): PersistenceManager {
  returnInFlight(directory)
  const persistence = new Persistence(directory)
  // Before the stores know of it: a queue that is created while it is being loaded would replace its row, and with it
  // its messages.
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store)
  stores.sqsStore.persistence = persistence
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = persistence
  return persistence
}

/** Whoever had received a message died with the last run, so that nobody's visibility needs to be waited for. */
function returnInFlight(directory: string): void {
  const file = join(directory, 'fauxqs.db')
  if (!existsSync(file)) return
  const database = new DatabaseSync(file)
  const { present } = database
    .prepare("SELECT count(*) AS present FROM sqlite_master WHERE name = 'sqs_messages'")
    .get() ?? { present: 0 }
  if (present) database.exec('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL')
  database.close()
}

class Persistence extends PersistenceManager {
  /** Writes NULL where the schema forbids it, and so loses the message. Nothing needs to be written: see above. */
  override updateMessageReady(): void {}
}

function createOrUpdate(store: SqsStore, { name, url, arn, attributes }: Queue): void {
  const existing = store.getQueueByName(name)
  if (!existing) {
    store.createQueue(name, url, arn, { ...attributes })
    return
  }
  const noRedrive = { RedrivePolicy: '' }
  existing.setAttributes({ ...noRedrive, ...attributes })
}
