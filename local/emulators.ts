import { Worker } from 'node:worker_threads'
import type { DataDirectory } from './data-directory.ts'
import type { Stack } from './stack.ts'

/** Embedded SQS and DynamoDB, running. */
export interface Emulators {
  readonly queues: string
  readonly table: string
  /** Rejects when they died by themselves; never resolves. */
  readonly failure: Promise<never>
  stop(): Promise<void>
}

/** What the thread is told. */
export interface EmulatorsOrder extends Pick<Stack, 'queues' | 'table'> {
  /** Where messages and items survive; absent: in memory. */
  readonly directory?: Pick<DataDirectory, 'queues' | 'table' | 'leftBehind'>
}

/** What the thread answers. */
export type EmulatorsAnswer =
  | { readonly kind: 'listening'; readonly queues: string; readonly table: string }
  | { readonly kind: 'failed'; readonly message: string }

/** V8's own choice lets the thread grow by 100 MB more before it collects, for no speed. */
const YOUNG_MEGABYTES = 16

/**
 * Starts the neighbours that the cloud has elsewhere in a thread of their own: on two cores that halves the time of a
 * burst (docs/decisions has the figures).
 * @param data where messages and items survive; absent: in memory.
 * @throws Error with one sentence when they cannot start.
 */
export async function startEmulators({ queues, table }: Stack, data?: DataDirectory): Promise<Emulators> {
  const order: EmulatorsOrder = {
    queues,
    table,
    ...(data && { directory: { queues: data.queues, table: data.table, leftBehind: data.leftBehind } }),
  }
  const thread = new Worker(new URL('./emulators.worker.ts', import.meta.url), {
    workerData: order,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  })
  const failure = Promise.withResolvers<never>()
  // Whoever cares awaits it; nobody has to.
  failure.promise.catch(() => {})
  const ended = Promise.withResolvers<void>()
  thread.once('error', error => failure.reject(error))
  let stopping = false
  thread.once('exit', () => {
    if (!stopping) failure.reject(new Error('The embedded queues and table have stopped.'))
    ended.resolve()
  })
  const answered = Promise.withResolvers<EmulatorsAnswer>()
  thread.once('message', (answer: EmulatorsAnswer) => answered.resolve(answer))
  const answer = await Promise.race([answered.promise, failure.promise])
  if (answer.kind === 'failed') {
    await ended.promise
    throw new Error(answer.message)
  }
  return {
    queues: answer.queues,
    table: answer.table,
    failure: failure.promise,
    stop: async () => {
      stopping = true
      thread.postMessage('stop')
      await ended.promise
    },
  }
}
