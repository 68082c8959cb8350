import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { type SoakReport, soak } from './soaking.ts'

/**
 * `npm run soak -- --minutes 30`: the real `npm start` under load, killed now and then at first, watched for its memory
 * later, with HubSpot in and out of trouble. Exits with 1 when anything was lost, doubled or spoilt.
 */
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' }, users: { type: 'string' } },
})
const minutes = Number(values.minutes)
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const users = Number(values.users ?? 400)
if (!(minutes > 0) || !Number.isSafeInteger(seed) || !(users > 1)) {
  console.error('npm run soak -- [--minutes N] [--seed N] [--users N]')
  process.exit(1)
}

/** Memory of the whole process may grow by so much, as a share of its mean, over the second half of its time. */
const FLAT = 0.05
/** Seconds that it must have had: in its first minutes every process grows until it is warm. */
const WARM = 600
// What has been started ends, too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const begun = performance.now()
const tell = (line: string) => console.log(`${((performance.now() - begun) / 1_000).toFixed(0).padStart(5)} s  ${line}`)
tell(`npm run soak -- --minutes ${minutes} --seed ${seed} --users ${users}`)
const report = await soak({
  seed,
  users,
  duration: minutes * 60_000,
  // Five minutes of it are enough; a process shows whether its memory is flat only when it is left alone.
  killing: Math.min(0.5, 5 / minutes),
  killedEvery: 20_000,
  longestTrouble: Math.min(120_000, minutes * 3_000),
  patience: 600_000,
  untilVerified: minutes >= 5,
  tell,
})
const wrongs = wrongsOf(report)
const { sent, kills, troubles, memory, calls } = report
console.log(`
events accepted        ${sent.accepted} in ${sent.answered} requests, ${sent.repeated} attempts repeated
kills                  ${kills.working} while working, ${kills.starting} while starting
troubles of HubSpot    ${[...troubles].map(([name, times]) => `${times} × ${name}`).join(', ')}
verdict                ${JSON.stringify(report.verdict)}
status at the end      ${JSON.stringify(report.status)}
settled                ${report.settledIn === undefined ? 'never' : `${(report.settledIn / 1_000).toFixed(0)} s after the last event`}
calls to HubSpot       ${calls.total}, ${calls.throttled} of them throttled (by troubles, too)
memory of the last     ${memory.course.map(megabytes => megabytes.toFixed(0)).join(' ')} MB; growth over its second half ${(memory.growth * 100).toFixed(1)} %${memory.samples < WARM ? ' (too short to judge)' : ''}
exit codes on SIGTERM  ${report.exitCodes.join(', ')}; due after a last start: ${report.dueAfterRestart}
load of the machine    ${loadavg()[0]?.toFixed(1)}
${wrongs.length === 0 ? 'Nothing lost, nothing doubled.' : wrongs.map(wrong => `✗ ${wrong}`).join('\n')}`)
process.exitCode = wrongs.length === 0 ? 0 : 1

function wrongsOf({ verdict, settledIn, memory, exitCodes, dueAfterRestart }: SoakReport): string[] {
  const counts = Object.entries(verdict).filter(([, count]) => typeof count === 'number' && count > 0)
  return [
    ...counts.map(([what, count]) => `${what}: ${count}`),
    ...(settledIn === undefined ? ['something is due for ever'] : []),
    ...(memory.samples >= WARM && memory.growth > FLAT ? [`memory grew by ${(memory.growth * 100).toFixed(0)} %`] : []),
    ...(exitCodes.some(code => code !== 0) ? [`SIGTERM was answered with ${exitCodes.join(', ')}`] : []),
    ...(dueAfterRestart === 0 ? [] : [`due after a last start: ${dueAfterRestart}`]),
  ]
}
