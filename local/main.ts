import { createActivity } from './activity.ts'
import { diskTrouble } from './disk.ts'
import { welcome } from './greeting.ts'
import { IncompleteStack } from './intrinsics.ts'
import { isLevel, jsonLog, stamped, textLog } from './log.ts'
import { readSettings, UnusableSetting } from './settings.ts'
import { startLocal } from './start-local.ts'

/** How often what happened is told, in milliseconds. */
const REPORT_EVERY = 1000
/** Past this, an end that does not come is made. */
const LAST_CALL = 8000

const { LOG_LEVEL = '', LOG_FORMAT } = process.env
const write = (line: string) => void process.stdout.write(`${line}\n`)
const inJson = LOG_FORMAT === 'json'
const least = LOG_LEVEL.toLowerCase()
const log = inJson ? jsonLog(write, isLevel(least) ? least : 'info') : textLog(write, isLevel(least) ? least : 'warn')
const activity = createActivity()

// What cannot be kept must not be answered either: at once, before anything else is done.
process.once('uncaughtException', error => {
  console.error(diskTrouble(error) ?? error)
  process.exit(1)
})

try {
  const settings = readSettings(process.env)
  const local = await startLocal({ ...settings, log, metrics: activity.metrics, hubspot: { ledger: 1000 } })
  const report = () => {
    const line = activity.describe()
    if (line) write(inJson ? JSON.stringify({ level: 'INFO', message: line }) : stamped(line))
  }
  const reporting = setInterval(report, REPORT_EVERY)
  const end = async (code: number) => {
    setTimeout(() => process.exit(code), LAST_CALL).unref()
    clearInterval(reporting)
    await local.stop()
    report()
    process.exit(code)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end(0))
  local.failure.catch(error => {
    const trouble = diskTrouble(error)
    if (trouble) console.error(trouble)
    else log.error('The run cannot go on', { error: String(error) })
    // Whatever is under way can only fail, line by line.
    if (trouble) process.exit(1)
    void end(1)
  })
  for (const line of welcome(local, settings)) write(inJson ? JSON.stringify({ level: 'INFO', message: line }) : line)
} catch (error) {
  const expected = error instanceof UnusableSetting || error instanceof IncompleteStack
  console.error(expected ? error.message : (diskTrouble(error) ?? error))
  process.exitCode = 1
}
