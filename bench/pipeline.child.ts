import { FUNCTION_NAMES } from '../cdk/bundling.ts'
import type { Log } from '../functions/runtime/platform.ts'
import { type Local, startLocal } from '../local/start-local.ts'
import { countWrites } from './count-writes.ts'
import { seePortal } from './mixed-portal.ts'
import type { FunctionCount, PipelineAsk, PipelineCounts, PipelineReady, PipelineWish } from './pipeline.ts'

/** What is counted of a running pipeline. */
function watch(local: Local, troubles: Map<string, number>) {
  const { hubspot, functions, stack } = local
  if (!hubspot) throw new Error('The bench counts calls in the embedded HubSpot.')
  const table = countWrites(local.dynamo)
  const queueRequests = new Map<string, number>()
  local.sqs.middlewareStack.add(
    (next, { commandName = '' }) =>
      args => {
        queueRequests.set(commandName, (queueRequests.get(commandName) ?? 0) + 1)
        return next(args)
      },
    { step: 'initialize', name: 'countRequests' },
  )
  const invocations = new Map<string, FunctionCount>()
  let running = 0
  for (const name of FUNCTION_NAMES) {
    const fn = functions[name]
    const invoke = fn.invoke
    fn.invoke = async event => {
      running++
      const begun = performance.now()
      try {
        return await invoke(event)
      } finally {
        running--
        const before = invocations.get(name)
        invocations.set(name, {
          invocations: (before?.invocations ?? 0) + 1,
          seconds: (before?.seconds ?? 0) + (performance.now() - begun) / 1_000,
          megabytes: stack.functions.get(name)?.memoryMegabytes ?? 0,
        })
      }
    }
  }
  let lastWriteAt = 0
  hubspot.ledger.onWrite(entry => {
    if (entry.source === 'api') lastWriteAt = entry.appliedAt
  })
  return {
    counts: (): PipelineCounts => ({
      table: {
        total: table.total,
        kinds: Object.fromEntries(table.kinds),
        records: Object.fromEntries(table.records),
        readRequests: table.readRequests,
        readUnits: table.readUnits,
      },
      queueRequests: Object.fromEntries(queueRequests),
      functions: Object.fromEntries(invocations),
      running,
      hubspot: hubspot.calls,
      lastWriteAt,
      troubles: Object.fromEntries(troubles),
      processorSeconds: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
    }),
    reset: () => {
      table.reset()
      queueRequests.clear()
      invocations.clear()
      troubles.clear()
      hubspot.ledger.clear()
    },
    contacts: () => hubspot.contacts(),
    portal: () => seePortal(hubspot),
    writes: () => hubspot.ledger.writes,
  }
}

process.once('message', async (wish: PipelineWish) => {
  const troubles = new Map<string, number>()
  const note = (message: string) => void troubles.set(message, (troubles.get(message) ?? 0) + 1)
  const log: Log = { debug() {}, info() {}, warn: note, error: note }
  const { template, keepWrites } = wish
  const hubspot = { ledger: keepWrites ? 'all' : 1_000 } as const
  const local = await startLocal({ port: 0, log, hubspot, ...(template && { template }) })
  const watched = watch(local, troubles)
  for (const contact of wish.contacts) local.hubspot?.seedContact(contact)
  process.on('message', async (ask: PipelineAsk) => {
    switch (ask) {
      case 'counts':
        return process.send?.(watched.counts())
      case 'contacts':
        return process.send?.(watched.contacts())
      case 'portal':
        return process.send?.(watched.portal())
      case 'writes':
        return process.send?.(watched.writes())
      case 'reset':
        watched.reset()
        return process.send?.('done')
      case 'stop':
        await local.stop()
        return process.send?.('done', () => process.exit(0))
    }
  })
  const ready: PipelineReady = { apiUrl: local.apiUrl, hubspotUrl: local.hubspotUrl }
  process.send?.(ready)
})
