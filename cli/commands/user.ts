import * as v from 'valibot'
import { Api } from '../api.ts'
import { API_OPTIONS } from '../arguments.ts'
import { type Command, EXIT, type Exit, Failed } from '../command.ts'
import { away } from '../duration.ts'
import type { Style, Terminal } from '../terminal.ts'

const schema = v.looseObject({
  userId: v.string(),
  vid: v.nullable(v.string()),
  status: v.string(),
  email: v.nullable(v.string()),
  problems: v.array(v.looseObject({ property: v.string(), code: v.string(), message: v.string() })),
  updatedAt: v.string(),
  waiting: v.optional(v.record(v.string(), v.number())),
})
type User = v.InferOutput<typeof schema>

const MEANINGS: Readonly<Record<string, readonly [Style, string]>> = {
  pending: ['yellow', 'accepted, not yet in HubSpot'],
  synced: ['green', 'in HubSpot'],
  conflict: ['red', 'the contact or the address is another user’s: nothing of either is overwritten'],
  rejected: ['red', 'nothing of this user could be delivered'],
  deleted: ['dim', 'deleted'],
}
const TROUBLED = ['conflict', 'rejected']

export const user: Command = {
  name: 'user',
  operands: '<id>',
  operandCount: { least: 1, most: 1 },
  about: [
    'Shows a user by the id that your product gives them: their contact in HubSpot, its confirmed email, their status and every value that is not in HubSpot, with the reason.',
    'Ends with 1 when there is no such user, or when something of them is not in HubSpot and will not get there by itself.',
  ],
  options: [...API_OPTIONS],
  examples: [
    ['a user', 'npx vidsync user u1'],
    ['with the address in full', 'npx vidsync user u1 --show-emails'],
    ['the vid alone (jq)', 'npx vidsync user u1 --json | jq -r .vid'],
  ],
  async run(context): Promise<Exit> {
    const { terminal, args } = context
    const [id = ''] = args.operands
    const api = await Api.from(context)
    const found = await api.find(`/v1/users/${encodeURIComponent(id.toWellFormed())}`, schema)
    if (!found) {
      throw new Failed(
        EXIT.problems,
        `vidsync has had no event of user ${JSON.stringify(id)}. Events just sent take a moment; ids are compared letter by letter, case included.`,
      )
    }
    show(terminal, found)
    terminal.answer(found)
    return TROUBLED.includes(found.status) || found.problems.length > 0 ? EXIT.problems : EXIT.ok
  },
}

function show(terminal: Terminal, { userId, vid, status, email, problems, updatedAt, waiting }: User): void {
  const [style, meaning] = MEANINGS[status] ?? ['dim', '']
  terminal.say(`${terminal.paint('bold', userId)}  ${terminal.paint(style, status)}  ${meaning}`)
  terminal.say()
  terminal.pairs([
    ['vid', vid ?? '–'],
    ['email', email ?? '–'],
    ...(waiting === undefined
      ? []
      : [
          [
            'waiting',
            Object.entries(waiting)
              .map(([kind, count]) => `${count} ${kind}`)
              .join(', '),
          ] as const,
        ]),
    ['updated', `${away(updatedAt, Date.now())}  ${terminal.paint('dim', updatedAt)}`],
  ])
  if (problems.length === 0) return
  terminal.say()
  terminal.table(problems, [
    { title: 'property', cell: ({ property }) => property || '(the whole)' },
    { title: 'problem', cell: ({ code }) => code },
    { title: 'what to know', cell: ({ message }) => message },
  ])
}
