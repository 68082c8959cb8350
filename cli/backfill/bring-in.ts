import type { JsonObject } from '../../functions/core/parse/json.ts'
import { numberIn } from '../arguments.ts'
import { type Context, EXIT, type Exit, type Option } from '../command.ts'
import { duration } from '../duration.ts'
import { number } from '../progress.ts'
import { BadRows } from '../rows/bad-rows.ts'
import type { RowsFile } from '../rows/open.ts'
import type { Row } from '../rows/row.ts'
import { Job, type Noted } from './job.ts'
import { sendAll } from './send.ts'
import { Sender } from './sender.ts'
import { Throttle } from './throttle.ts'
import { validate } from './validate.ts'

const USUAL_RATE = 1_000
const HIGHEST_RATE = 10_000

/** Options of commands that send a file of users. */
export const SENDING_OPTIONS: readonly Option[] = [
  { name: 'dry-run', help: 'only say what would become of the first rows, and how many rows are bad' },
  { name: 'yes', help: 'send without asking' },
  { name: 'again', help: 'send the whole file anew, though all or a part of it was sent before' },
  { name: 'rate', value: 'rows/s', help: `send no faster than this: ${number(USUAL_RATE)}` },
  { name: 'id', value: 'column', help: 'the column with your user ids, where it is not userId, user_id or id' },
  { name: 'offline', help: 'with --dry-run: do not read the HubSpot account, even with a token' },
]

export interface Bringing {
  /** The command, for people who are to give it again. */
  readonly command: string
  readonly file: RowsFile
  /** Everything beside the file's bytes that makes its calls what they are. */
  readonly how: readonly string[]
  /** @param asOf the moment of rows that give none */
  readonly callsAsOf: (asOf: Date) => (row: Row) => JsonObject
  readonly asOf: Date
}

/**
 * Brings a file of users in, from the check of the last row to the last answer:
 *
 *     read all of it ─► bad rows into a file ─► ask ─► send, note how far ─► say what came of it
 *          └ skipped where an earlier run has got further ─────▲
 *
 * @throws Failed
 */
export async function bringIn(context: Context, bringing: Bringing): Promise<Exit> {
  const { terminal, args } = context
  const { file, callsAsOf } = bringing
  const rate = numberIn(args, 'rate', 1, HIGHEST_RATE) ?? USUAL_RATE
  const ending = new AbortController()
  const { signal: ended } = ending
  const end = (): void => ending.abort()
  process.once('SIGINT', end).once('SIGTERM', end)
  const badRows = new BadRows(file)

  if (args.flag('dry-run')) {
    // All of vidsync, which whoever sends a million rows has no use for.
    const { dryRun } = await import('./dry-run.ts')
    const told = await dryRun(context, file, callsAsOf(bringing.asOf))
    const checked = await validate(file, callsAsOf(bringing.asOf), badRows, terminal, ended)
    sayChecked(context, checked, badRows, bringing.asOf)
    terminal.say('Nothing was sent.')
    terminal.answer({ ...checked, badRowsIn: checked.bad > 0 ? badRows.path : null, firstRows: told.events })
    return checked.bad > 0 ? EXIT.problems : EXIT.ok
  }

  const sender = Sender.from(context, ended)
  await sender.check()
  const job = new Job(file, [sender.url, ...bringing.how])
  const before = args.flag('again') ? undefined : await job.read()
  if (before?.finishedAt) {
    terminal.say(
      `${terminal.paint('green', '✓')} ${file.path} was sent on ${before.finishedAt}: ${number(before.accepted)} rows. To send it anew, give --again.`,
    )
    terminal.answer(resultOf(before, badRows))
    return EXIT.ok
  }
  const begun = before ?? (await prepared(bringing, badRows, context, ended))
  if (ended.aborted) return interrupted(context, bringing, begun, badRows)
  if (before) terminal.say(`Going on behind row ${number(before.done)}: ${number(before.accepted)} rows are in.`)
  else sayChecked(context, begun, badRows, bringing.asOf)
  if (begun.rows === begun.bad) {
    terminal.say('There is nothing to send.')
    terminal.answer(resultOf(begun, badRows))
    return begun.bad > 0 ? EXIT.problems : EXIT.ok
  }
  const left = begun.rows - begun.bad - begun.accepted - begun.refused
  // Answered by Ctrl+C, the question is answered; the signal is for what runs.
  if (!args.flag('yes') && !(await terminal.confirm(`Send ${number(left)} rows to ${sender.url}?`))) {
    terminal.say('Nothing was sent.')
    return EXIT.ok
  }
  const throttle = await Throttle.from(context, rate, ended)
  const startedAt = performance.now()
  const callOf = callsAsOf(new Date(begun.asOf))
  const state = await sendAll({ file, callOf, job, badRows, sender, throttle, terminal, ended }, begun)
  if (state.finishedAt === undefined) return interrupted(context, bringing, state, badRows)

  const seconds = (performance.now() - startedAt) / 1_000
  terminal.say(
    `${terminal.paint('green', '✓')} ${number(state.accepted)} rows are accepted, in ${duration(seconds)}. HubSpot gets them at its pace: npx vidsync status --watch`,
  )
  if (state.refused > 0) terminal.say(`${number(state.refused)} rows were refused: ${badRows.path}`)
  terminal.answer(resultOf(state, badRows))
  return state.refused + state.bad > 0 ? EXIT.problems : EXIT.ok
}

async function prepared(
  { file, callsAsOf, asOf }: Bringing,
  badRows: BadRows,
  { terminal }: Context,
  ended: AbortSignal,
): Promise<Omit<Noted, 'job'>> {
  const checked = await validate(file, callsAsOf(asOf), badRows, terminal, ended)
  return { asOf: asOf.toISOString(), ...checked, done: 0, accepted: 0, refused: 0 }
}

function sayChecked(
  { terminal }: Context,
  { rows, bad }: { readonly rows: number; readonly bad: number },
  badRows: BadRows,
  asOf: Date,
): void {
  terminal.say(`${number(rows)} rows, as of ${asOf.toISOString()}: whatever vidsync has heard since then stays.`)
  if (bad > 0) terminal.say(`${terminal.paint('yellow', '!')} ${number(bad)} cannot be sent; ${badRows.path} says why.`)
}

function interrupted({ terminal }: Context, { command }: Bringing, state: Omit<Noted, 'job'>, badRows: BadRows): Exit {
  terminal.say(`Stopped: ${number(state.accepted)} rows are in. To go on: ${command}`)
  terminal.answer(resultOf(state, badRows))
  return EXIT.problems
}

const resultOf = ({ rows, bad, accepted, refused, finishedAt }: Omit<Noted, 'job'>, badRows: BadRows) => ({
  rows,
  bad,
  accepted,
  refused,
  finishedAt: finishedAt ?? null,
  badRowsIn: bad + refused > 0 ? badRows.path : null,
})
