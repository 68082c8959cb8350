import { fork } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { chunk } from '../functions/core/parallel.ts'
import { post } from './drive.ts'
import type { MemoryFigures } from './memory-probe.ts'
import { info, type Row } from './row.ts'
import { Workload } from './workload.ts'

const USERS = 400
const EVENTS = 100_000
const STEP = 20_000
/** Of the heaps after the first step: what the run needs to be warm is in there. */
const FLAT = 1.1

/**
 * The memory of `npm start` (its own entry, with a probe loaded beside it) while 100,000 events of 400 users pass and
 * are delivered: after each 20,000, with nothing due, after a collection.
 */
export async function measureMemory(): Promise<Row[]> {
  const path = (file: string) => fileURLToPath(new URL(file, import.meta.url))
  const child = fork(path('../local/start.cjs'), {
    execArgv: ['--expose-gc', '--import', path('./memory-probe.ts')],
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const figures = (): Promise<MemoryFigures> =>
    new Promise((resolve, reject) => {
      child.once('message', answer => resolve(answer as MemoryFigures))
      child.once('exit', () => reject(new Error('npm start has ended.')))
      child.send('memory')
    })
  try {
    const apiUrl = await new Promise<string>((resolve, reject) => {
      child.stdout?.on('data', text => {
        const [, url] = /ready at (\S+)/.exec(String(text)) ?? []
        if (url) resolve(url)
      })
      child.once('exit', () => reject(new Error('npm start has ended.')))
    })
    const workload = new Workload(USERS)
    const steps: { events: number; figures: MemoryFigures }[] = [{ events: 0, figures: await figures() }]
    for (let events = 0; events < EVENTS; ) {
      for (const batch of chunk(workload.burst(STEP), 100)) await post(apiUrl, batch)
      events += STEP
      await delivered(apiUrl)
      steps.push({ events, figures: await figures() })
      console.error(`memory: ${events} events, ${textOf(steps.at(-1)?.figures)}`)
    }
    const warm = heapOf(steps[1]?.figures)
    const last = heapOf(steps.at(-1)?.figures)
    return [
      {
        measure: `memory of npm start: heaps after ${EVENTS} events against after ${STEP}`,
        must: `at most ${FLAT} times`,
        measured: `${(last / warm).toFixed(2)} times`,
        ok: last <= warm * FLAT,
      },
      ...steps.map(step => info(`memory of npm start after ${step.events} events`, textOf(step.figures))),
    ]
  } finally {
    child.kill()
  }
}

async function delivered(apiUrl: string): Promise<void> {
  for (;;) {
    await sleep(2_000)
    const response = await fetch(`${apiUrl}/v1/status`, { headers: { authorization: `Basic ${btoa('local:')}` } })
    const status: unknown = await response.json()
    if (typeof status === 'object' && status !== null && 'due' in status && status.due === 0) return
  }
}

const heapOf = (figures: MemoryFigures | undefined): number => (figures ? figures.heap + figures.emulatorsHeap : 0)

function textOf(figures: MemoryFigures | undefined): string {
  if (!figures) return ''
  const mb = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`
  return `heap ${mb(figures.heap)}, queues' and table's heap ${mb(figures.emulatorsHeap)}, whole process ${mb(figures.rss)}`
}
