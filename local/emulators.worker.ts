import { parentPort, workerData } from 'node:worker_threads'
import type { EmulatorsAnswer, EmulatorsOrder } from './emulators.ts'
import { startQueues } from './queues.ts'
import { startTable } from './table.ts'

const { queues, table, directory }: EmulatorsOrder = workerData
const tell = (answer: EmulatorsAnswer) => parentPort?.postMessage(answer)

try {
  const runningTable = await startTable(table, directory && { path: directory.table, repair: directory.leftBehind })
  const runningQueues = await startQueues(queues, directory?.queues)
  tell({ kind: 'listening', queues: runningQueues.endpoint, table: runningTable.endpoint })
  parentPort?.once('message', async () => {
    await runningQueues.stop()
    await runningTable.stop()
    process.exit(0)
  })
} catch (error) {
  tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  // A neighbour that did start must not keep the thread alive.
  setImmediate(() => process.exit(1))
}
