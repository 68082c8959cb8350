import * as v from 'valibot'
import { again, INTERVAL_OPTION, intervalIn } from '../again.ts'
import { Api } from '../api.ts'
import { API_OPTIONS } from '../arguments.ts'
import { type Command, EXIT, type Exit } from '../command.ts'
import { duration } from '../duration.ts'
import type { Terminal } from '../terminal.ts'

const count = v.number()
const schema = v.looseObject({
  due: count,
  verifying: count,
  conflicts: count,
  rejected: count,
  /** Absent in older versions, like `waiting`. */
  dueByKind: v.optional(v.record(v.string(), count)),
  waiting: v.optional(count),
  parked: count,
  oldestDueAgeSeconds: count,
  pauses: v.array(v.looseObject({ capability: v.string(), reason: v.string(), until: v.string() })),
})
type Status = v.InferOutput<typeof schema>

/** Work that is due for longer than this is late, though nothing else may be wrong. In seconds. */
const LATE = 900

export const status: Command = {
  name: 'status',
  about: [
    'Says in one line whether all is well, and shows what is on its way to HubSpot and what is stuck.',
    'Ends with 1 when somebody should look: deliveries pause or are late, users are in conflict or rejected, events are parked.',
  ],
  options: [{ name: 'watch', help: 'show it again and again, until Ctrl+C' }, INTERVAL_OPTION, ...API_OPTIONS],
  examples: [
    ['how is it?', 'npx vidsync status'],
    ['how is it going?', 'npx vidsync status --watch'],
    ['a deployed one', 'ADMIN_KEY=… npx vidsync status --url https://abc123.execute-api.eu-west-1.amazonaws.com'],
    ['is anything due? (jq)', 'npx vidsync status --json | jq .due'],
  ],
  async run(context): Promise<Exit> {
    const { terminal, args } = context
    const interval = intervalIn(args)
    const api = await Api.from(context)
    const read = () => api.get('/v1/status', schema)
    if (!args.flag('watch')) {
      const now = await read()
      show(terminal, now, api.url)
      terminal.answer(now)
      return exitFor(now)
    }
    let exit: Exit = EXIT.ok
    await again(interval, async () => {
      const now = await read()
      terminal.clear()
      show(terminal, now, api.url)
      terminal.answerLine(now)
      exit = exitFor(now)
    })
    return exit
  },
}

const troublesOf = ({ pauses, conflicts, rejected, parked, oldestDueAgeSeconds }: Status): string[] => [
  ...(pauses.length > 0 ? ['deliveries pause'] : []),
  ...(oldestDueAgeSeconds > LATE ? [`work is late by ${duration(oldestDueAgeSeconds)}`] : []),
  ...(conflicts > 0 ? [`${conflicts} in conflict`] : []),
  ...(rejected > 0 ? [`${rejected} rejected`] : []),
  ...(parked > 0 ? [`${parked} ${parked === 1 ? 'event' : 'events'} parked`] : []),
]

const exitFor = (now: Status): Exit => (troublesOf(now).length > 0 ? EXIT.problems : EXIT.ok)

function show(terminal: Terminal, now: Status, url: string): void {
  const troubles = troublesOf(now)
  const everything = (now.waiting ?? 0) > 0 ? 'everything that it can take' : 'everything'
  const well = now.due > 0 ? 'All is well, and work is under way.' : `All is well: HubSpot has ${everything}.`
  terminal.say(
    troubles.length > 0
      ? `${terminal.paint('yellow', '!')} ${terminal.paint('bold', `Have a look: ${troubles.join(', ')}.`)}`
      : `${terminal.paint('green', '✓')} ${terminal.paint('bold', well)}`,
  )
  terminal.say(terminal.paint('dim', `  ${url}`))
  terminal.say()
  const dim = (text: string) => terminal.paint('dim', text)
  const number = (name: string, value: number, hint: string) => [name, `${value}${hint && `  ${dim(hint)}`}`] as const
  terminal.pairs([
    number('due', now.due, now.due > 0 ? `the oldest for ${duration(now.oldestDueAgeSeconds)}` : ''),
    number('verifying', now.verifying, now.verifying > 0 ? 'looked at a second time after an unanswered call' : ''),
    ...Object.entries(now.dueByKind ?? {}).flatMap(([kind, value]) =>
      value > 0 && kind !== 'contacts' ? [number(`  ${kind}`, value, '')] : [],
    ),
    ...(now.waiting === undefined
      ? []
      : [
          number(
            'waiting',
            now.waiting,
            now.waiting > 0 ? 'for a contact, an object, a list, … in HubSpot: npx vidsync problems' : '',
          ),
        ]),
    number('conflicts', now.conflicts, now.conflicts > 0 ? 'npx vidsync conflicts' : ''),
    number('rejected', now.rejected, now.rejected > 0 ? 'npx vidsync problems' : ''),
    number('parked', now.parked, now.parked > 0 ? 'events that nobody can read' : ''),
  ])
  for (const { capability, reason, until } of now.pauses) {
    const rest = Math.max(0, Math.ceil((Date.parse(until) - Date.now()) / 1_000))
    terminal.say()
    terminal.say(
      `${terminal.paint('yellow', `  ${capability} pause for ${rest > 0 ? `${duration(rest)} more` : 'a moment'}:`)} ${reason}`,
    )
  }
}
