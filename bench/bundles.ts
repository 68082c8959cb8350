import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bundle } from '../cdk/bundle.ts'
import { FUNCTION_NAMES, type FunctionName, MOST_KILOBYTES } from '../cdk/bundling.ts'

const RUNS = 11

export interface BundleMeasurement {
  readonly name: FunctionName
  /** Minified, in kilobytes (1000 bytes), and the most that is allowed. */
  readonly kilobytes: number
  readonly mostKilobytes: number
  /** From nothing to an exported handler in a fresh process, without the start of Node: median, in milliseconds. */
  readonly importTime: number
  /** What weighs most, in kilobytes. */
  readonly heaviest: readonly (readonly [source: string, kilobytes: number])[]
}

/** Weighs the bundles that the stack deploys, and starts each of them in fresh processes. */
export async function measureBundles(): Promise<BundleMeasurement[]> {
  const directory = mkdtempSync(join(tmpdir(), 'vidsync-bench-bundles-'))
  try {
    const measurements: BundleMeasurement[] = []
    for (const name of FUNCTION_NAMES) {
      const { code, parts } = await bundle(name)
      const file = join(directory, `${name}.mjs`)
      writeFileSync(file, code)
      measurements.push({
        name,
        kilobytes: code.byteLength / 1000,
        mostKilobytes: MOST_KILOBYTES[name],
        importTime: await importTimeOf(file),
        heaviest: parts.slice(0, 5).map(([source, bytes]) => [source, bytes / 1000] as const),
      })
    }
    return measurements
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Stands for whatever the stack sets: functions only look whether they are told. */
const ENVIRONMENT = {
  AWS_REGION: 'eu-central-1',
  EVENTS_QUEUE_URL: 'http://127.0.0.1/events.fifo',
  WAKEUPS_QUEUE_URL: 'http://127.0.0.1/wakeups.fifo',
  TABLE_NAME: 'table',
  SECRET_ID: 'secret',
  HUBSPOT_BASE_URL: 'https://api.hubapi.com',
  HUBSPOT_API_VERSION: 'v3',
  HUBSPOT_REQUESTS_PER_10_SECONDS: '100',
  POWERTOOLS_METRICS_NAMESPACE: 'vidsync/bench',
}

async function importTimeOf(file: string): Promise<number> {
  const program = `
    const start = performance.now()
    await import(${JSON.stringify(file)})
    console.log(performance.now() - start)`
  const times: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      env: ENVIRONMENT,
    })
    times.push(Number(stdout))
  }
  return times.sort((a, b) => a - b)[RUNS >> 1] ?? Number.NaN
}

if (import.meta.main) {
  for (const { name, kilobytes, mostKilobytes, importTime, heaviest } of await measureBundles()) {
    const parts = heaviest.map(([source, size]) => `${source} ${size.toFixed(0)}`).join(', ')
    console.log(
      `${name.padEnd(8)} ${kilobytes.toFixed(0).padStart(4)} kB of ${mostKilobytes}, imported in ${importTime.toFixed(0)} ms (${parts})`,
    )
  }
}
