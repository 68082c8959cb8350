import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { controls } from './controls.ts'
import { keep } from './kept.ts'
import { addTally, emptyTally, neverHappened, type Tally, tables } from './report.ts'
import { shrink } from './shrink.ts'
import { planOf } from './world/plan.ts'
import { loadVersions } from './world/root.ts'
import { run } from './world/run.ts'

/**
 * `npm run simulate -- --seeds 10000 --from 1`: as many runs, from that seed on, on all cores.
 * `npm run simulate -- --seed 42`: that one run, with its trace; shrunk when it goes wrong.
 * `npm run simulate -- --controls`: runs without each of the protections, all of which must go wrong.
 * `--root DIR` runs the functions of another copy of the program, `--with DIR` interleaves those of a second one.
 */
const { values, positionals } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    workers: { type: 'string', default: String(availableParallelism()) },
    root: { type: 'string', default: '' },
    with: { type: 'string', default: '' },
    /** Go on after the first failures. */
    all: { type: 'boolean', default: false },
    controls: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const roots = [values.root, ...(values.with ? [values.with] : [])]

/** Runs that have failed until no more are begun. */
const ENOUGH_FAILURES = 20

if (values.controls) process.exitCode = (await controls(positionals.join(' '))) === 0 ? 0 : 1
else process.exitCode = values.seed === undefined ? await many() : await one(Number(values.seed))

function rateOf({ runs }: Tally, begun: number): number {
  return Math.round((runs / (performance.now() - begun)) * 60_000)
}

async function many(): Promise<number> {
  const [from, count] = [Number(values.from), Number(values.seeds)]
  const size = Math.max(1, Math.min(50, Math.ceil(count / (4 * Number(values.workers)))))
  const sum = emptyTally()
  const begun = performance.now()
  let next = from
  let toldAt = begun
  const tell = (tally: Tally) => {
    addTally(sum, tally)
    for (const { seed, wrongs } of tally.failures) {
      console.log(
        `✗ seed ${seed}: ${wrongs[0]}\n  npm run simulate -- --seed ${seed}${values.root && ` --root ${values.root}`}`,
      )
    }
    if (values.quiet || performance.now() - toldAt < 10_000) return
    toldAt = performance.now()
    console.log(`  ${sum.runs} of ${count} seeds, ${rateOf(sum, begun)} a minute, ${sum.failures.length} failed`)
  }
  await Promise.all(
    Array.from({ length: Number(values.workers) }, async () => {
      const worker = new Worker(new URL('./seeds.child.ts', import.meta.url), { workerData: { roots } })
      while (next < from + count && (values.all || sum.failures.length < ENOUGH_FAILURES)) {
        const share = { from: next, count: Math.min(size, from + count - next) }
        next += share.count
        tell(await ask(worker, share))
      }
      await worker.terminate()
    }),
  )
  const missing = neverHappened(sum)
  if (!values.quiet) console.log(`\n${tables(sum)}\n`)
  for (const name of missing)
    console.log(`✗ never happened, though ${sum.planned[name]} runs had it in their plans: ${name}`)
  const failed = sum.failures.length
  console.log(
    `${failed + missing.length === 0 ? '✓' : '✗'} seeds ${from} to ${next - 1}: ${sum.runs} runs, ${failed} failed, ` +
      `${sum.repeated} repeated, ${(sum.time / 3_600_000).toFixed(0)} virtual hours in ` +
      `${((performance.now() - begun) / 1_000).toFixed(0)} s (${rateOf(sum, begun)} a minute)`,
  )
  return failed + missing.length === 0 ? 0 : 1
}

function ask(worker: Worker, share: object): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const done = (tally: Tally) => {
      worker.off('error', reject)
      resolve(tally)
    }
    worker.once('message', done)
    worker.once('error', reject)
    worker.postMessage(share)
  })
}

async function one(seed: number): Promise<number> {
  const versions = await loadVersions(roots)
  const plan = planOf(seed)
  const outcome = await run(plan, versions, { trace: !values.quiet })
  for (const line of outcome.trace) console.log(line)
  if (outcome.wrongs.length === 0) {
    console.log(`✓ seed ${seed} is fine (trace ${outcome.hash}, ${outcome.steps} steps)`)
    return 0
  }
  for (const { invariant, what, at } of outcome.wrongs) console.log(`✗ ${invariant}: ${what} (at ${at} ms)`)
  const smallest = await shrink(plan, versions, outcome)
  const { wrongs, end } = await run(smallest, versions)
  console.log(`\nThe table and HubSpot at the end of the shrunk run:\n${end.join('\n')}`)
  console.log(`\nThe same with the fewest deeds and faults, for test/simulation/regressions.ts:`)
  console.log(JSON.stringify(keep(smallest, wrongs[0]?.invariant ?? '')))
  return 1
}
