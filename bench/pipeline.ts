import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Template } from '../cdk/synthesize.ts'
import type { SeedContact, SeenContact } from '../local/hubspot/inspector.ts'
import type { CallCounts, WriteEntry } from '../local/hubspot/ledger.ts'
import type { TableTally } from './count-writes.ts'
import type { SeenPortal } from './mixed-portal.ts'

export interface PipelineWish {
  /** What HubSpot holds before the first event. */
  readonly contacts: readonly SeedContact[]
  /** Keeps every write of the embedded HubSpot, not only the newest ones. */
  readonly keepWrites?: boolean
  /** The stack's template; absent: synthesized anew. */
  readonly template?: Template
  /** Where the configuration is that takes the place of `sync.config.ts`. */
  readonly config?: URL
}

export interface PipelineReady {
  readonly apiUrl: string
  readonly hubspotUrl: string
}

export type PipelineAsk = 'counts' | 'contacts' | 'portal' | 'writes' | 'reset' | 'stop'

export interface FunctionCount {
  readonly invocations: number
  /** From invocation to answer, all of them together, on this machine. */
  readonly seconds: number
  /** That the stack gives it. */
  readonly megabytes: number
}

/** What a pipeline has done since it started, or since it was told to start counting anew. */
export interface PipelineCounts {
  readonly table: {
    readonly total: TableTally
    readonly kinds: Readonly<Record<string, TableTally>>
    readonly records: Readonly<Record<string, TableTally>>
    readonly readRequests: number
    readonly readUnits: number
  }
  /** Requests that functions make of SQS, by command. Those of the event source mappings are their invocations. */
  readonly queueRequests: Readonly<Record<string, number>>
  readonly functions: Readonly<Record<string, FunctionCount>>
  /** Invocations under way. */
  readonly running: number
  readonly hubspot: CallCounts
  /** When HubSpot last changed a contact because of a call; never reset. */
  readonly lastWriteAt: number
  /** Warnings and errors that the functions and the local run have logged, and how often. */
  readonly troubles: Readonly<Record<string, number>>
  readonly processorSeconds: number
}

/**
 * The pipeline as `npm start` builds it (`startLocal` with the settings it has by default), in a process of its own, so
 * that the load generator and the judge do not share its processor time. `npm start` itself cannot be counted from
 * outside: the clients of its table are inside.
 */
export interface Pipeline extends PipelineReady {
  counts(): Promise<PipelineCounts>
  contacts(): Promise<readonly SeenContact[]>
  /** Everything that HubSpot holds. */
  portal(): Promise<SeenPortal>
  /** What was written into HubSpot, by whomever, oldest first. */
  writes(): Promise<readonly WriteEntry[]>
  /** Counts anew from here. */
  reset(): Promise<void>
  stop(): Promise<void>
}

export async function startPipeline(wish: PipelineWish): Promise<Pipeline> {
  const { config, ...told } = wish
  const child = fork(fileURLToPath(new URL('./pipeline.child.ts', import.meta.url)), {
    execArgv: config ? ['--import', new URL('./with-config.ts', import.meta.url).href] : [],
    ...(config && { env: { ...process.env, VIDSYNC_BENCH_CONFIG: config.href } }),
    stdio: 'inherit',
  })
  const ready = await ask<PipelineReady>(child, told)
  return {
    ...ready,
    counts: () => ask<PipelineCounts>(child, 'counts'),
    contacts: () => ask<readonly SeenContact[]>(child, 'contacts'),
    portal: () => ask<SeenPortal>(child, 'portal'),
    writes: () => ask<readonly WriteEntry[]>(child, 'writes'),
    reset: async () => void (await ask(child, 'reset')),
    stop: async () => void (await ask(child, 'stop')),
  }
}

/** One question at a time. The answer's type is what `pipeline.child.ts` sends. */
function ask<Answer>(child: ChildProcess, question: PipelineAsk | PipelineWish): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('The pipeline of the bench has ended.'))
    child.once('exit', ended)
    child.once('message', answer => {
      child.off('exit', ended)
      resolve(answer as Answer)
    })
    child.send(question)
  })
}
