import * as v from 'valibot'
import { Api } from '../api.ts'
import { API_OPTIONS } from '../arguments.ts'
import { type Command, EXIT, type Exit } from '../command.ts'
import { away } from '../duration.ts'
import { everyPage, PAGE_OPTIONS, tellOfMore } from '../pages.ts'

const problem = v.looseObject({
  userId: v.optional(v.string()),
  lead: v.optional(v.string()),
  kind: v.string(),
  state: v.string(),
  object: v.optional(v.string()),
  event: v.optional(v.string()),
  problems: v.array(v.looseObject({ property: v.string(), code: v.string(), message: v.string() })),
  nextProbe: v.nullable(v.string()),
})
const schema = v.looseObject({ problems: v.array(problem), next: v.nullable(v.string()) })
type Problem = v.InferOutput<typeof problem>

export const problems: Command = {
  name: 'problems',
  about: [
    'Lists what HubSpot has refused, then what waits for something that HubSpot does not have: a contact, an object, a list, an event’s definition. Each is looked at again by itself, at the time that it says.',
    'Conflicts have a list of their own; a value that never fitted its property is shown by `npx vidsync user`. Ends with 1 when there are any.',
  ],
  options: [...PAGE_OPTIONS, ...API_OPTIONS],
  examples: [
    ['the first page', 'npx vidsync problems'],
    [
      'how many of what? (jq)',
      "npx vidsync problems --all --json | jq '[.problems[].kind] | group_by(.) | map({(.[0]): length}) | add'",
    ],
  ],
  async run(context): Promise<Exit> {
    const { terminal } = context
    const api = await Api.from(context)
    const { found, next } = await everyPage(context.args, async query => {
      const page = await api.get(`/v1/problems?${query}`, schema)
      return { found: page.problems, next: page.next }
    })
    const now = Date.now()
    if (found.length === 0)
      terminal.say(`${terminal.paint('green', '✓')} HubSpot has refused nothing, and nothing waits.`)
    else
      terminal.table(found, [
        { title: 'who', cell: whoIn },
        { title: 'what', cell: whatIn },
        { title: 'state', cell: ({ state }) => terminal.paint(state === 'rejected' ? 'red' : 'yellow', state) },
        {
          title: 'next look',
          cell: ({ nextProbe }) =>
            nextProbe === null ? '–' : Date.parse(nextProbe) <= now ? 'soon' : away(nextProbe, now),
        },
        { title: 'reason', cell: reasonIn, gives: true },
      ])
    tellOfMore(terminal, 'problems', next)
    terminal.answer({ problems: found, next })
    return found.length > 0 ? EXIT.problems : EXIT.ok
  },
}

const whoIn = ({ userId, lead }: Problem): string => userId ?? (lead === undefined ? '–' : `lead ${lead}`)
const whatIn = ({ kind, object, event }: Problem): string => [kind, object ?? event].filter(Boolean).join(' ')
const reasonIn = ({ problems: all }: Problem): string =>
  all.map(({ property, message }) => (property ? `${property}: ${message}` : message)).join('; ') || '–'
