import * as v from 'valibot'
import { again, INTERVAL_OPTION, intervalIn } from '../again.ts'
import { Api } from '../api.ts'
import { API_OPTIONS } from '../arguments.ts'
import { type Command, EXIT, type Exit } from '../command.ts'
import { newsBetween, type Seen } from '../news.ts'

const status = v.looseObject({
  due: v.number(),
  parked: v.number(),
  pauses: v.array(v.looseObject({ capability: v.string(), reason: v.string() })),
})
const party = { userId: v.optional(v.nullable(v.string())), lead: v.optional(v.string()) }
const conflicts = v.looseObject({ conflicts: v.array(v.looseObject({ ...party, reason: v.string() })) })
const problems = v.looseObject({
  problems: v.array(
    v.looseObject({
      ...party,
      kind: v.string(),
      state: v.string(),
      object: v.optional(v.string()),
      event: v.optional(v.string()),
      problems: v.array(v.looseObject({ message: v.string() })),
    }),
  ),
})

/** Of each list: what is looked at next, which is where anything new is. */
const WATCHED = 100

export const tail: Command = {
  name: 'tail',
  about: [
    'Prints a line whenever something changes that an operator cares about: deliveries pause or go on, somebody gets into a conflict or out of it, HubSpot refuses something or takes it after all, events are parked, work piles up or is done.',
    'It asks the API every two seconds, and watches the 100 conflicts and the 100 problems that are looked at next. Ctrl+C ends it.',
  ],
  options: [INTERVAL_OPTION, ...API_OPTIONS],
  examples: [
    ['what is going on?', 'npx vidsync tail'],
    ['as JSON lines', 'npx vidsync tail --json'],
  ],
  async run(context): Promise<Exit> {
    const { terminal, args } = context
    const interval = intervalIn(args)
    const api = await Api.from(context)
    let before: Seen | undefined
    await again(interval, async () => {
      const now = await look(api)
      for (const { what, who, words } of newsBetween(before, now)) {
        const at = new Date().toISOString()
        terminal.say(
          `${terminal.paint('dim', at.slice(11, 19))}  ${terminal.paint('bold', what)}  ${[who, words].filter(Boolean).join(': ')}`,
        )
        terminal.answerLine({ at, what, ...(who === undefined ? {} : { who }), words })
      }
      before = now
    })
    return EXIT.ok
  },
}

async function look(api: Api): Promise<Seen> {
  const [state, inConflict, refused] = await Promise.all([
    api.get('/v1/status', status),
    api.get(`/v1/conflicts?limit=${WATCHED}`, conflicts),
    api.get(`/v1/problems?limit=${WATCHED}`, problems),
  ])
  const name = ({ userId, lead }: { userId?: string | null | undefined; lead?: string | undefined }) =>
    userId ?? (lead === undefined ? 'an object' : `lead ${lead}`)
  return {
    due: state.due,
    parked: state.parked,
    pauses: new Map(state.pauses.map(({ capability, reason }) => [capability, reason])),
    conflicts: new Map(inConflict.conflicts.map(each => [name(each), each.reason])),
    problems: new Map(
      refused.problems.map(each => [
        [name(each), each.kind, each.object ?? each.event].filter(Boolean).join(' '),
        `${each.state}: ${each.problems.map(({ message }) => message).join('; ')}`,
      ]),
    ),
  }
}
