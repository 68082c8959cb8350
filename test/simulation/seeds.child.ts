import { parentPort, workerData } from 'node:worker_threads'
import * as v from 'valibot'
import { addRun, emptyTally } from './report.ts'
import { planOf } from './world/plan.ts'
import { loadVersions } from './world/root.ts'
import { run } from './world/run.ts'

/** Of so many runs one is run twice, and must do the same. */
const REPEATED = 25

const { roots } = v.parse(v.object({ roots: v.array(v.string()) }), workerData)
const versions = await loadVersions(roots)
const range = v.object({ from: v.number(), count: v.number() })

parentPort?.on('message', async message => {
  const { from, count } = v.parse(range, message)
  const tally = emptyTally()
  for (let seed = from; seed < from + count; seed++) {
    const plan = planOf(seed)
    const outcome = await run(plan, versions)
    addRun(tally, plan, outcome)
    if (seed % REPEATED !== 0) continue
    tally.repeated += 1
    const again = await run(plan, versions)
    if (again.hash === outcome.hash) continue
    tally.failures.push({ seed, wrongs: [`a seed does the same twice: ${outcome.hash}, then ${again.hash}`] })
  }
  parentPort?.postMessage(tally)
})
