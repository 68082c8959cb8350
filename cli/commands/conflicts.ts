import * as v from 'valibot'
import { Api } from '../api.ts'
import { API_OPTIONS } from '../arguments.ts'
import { type Command, EXIT, type Exit } from '../command.ts'
import { away } from '../duration.ts'
import { everyPage, PAGE_OPTIONS, tellOfMore } from '../pages.ts'
import { wrapped } from '../table.ts'
import type { Terminal } from '../terminal.ts'

const party = v.looseObject({
  userId: v.optional(v.nullable(v.string())),
  lead: v.optional(v.string()),
  vid: v.nullable(v.string()),
})
const conflict = v.looseObject({
  ...party.entries,
  email: v.nullable(v.string()),
  with: v.nullable(party),
  since: v.nullable(v.string()),
  reason: v.string(),
  resolves: v.string(),
  nextProbe: v.nullable(v.string()),
})
const schema = v.looseObject({ conflicts: v.array(conflict), next: v.nullable(v.string()) })
type Conflict = v.InferOutput<typeof conflict>

export const conflicts: Command = {
  name: 'conflicts',
  about: [
    'Lists the users whose contact or address is another user’s. vidsync overwrites nothing of either; each line says what would resolve it.',
    'Ends with 1 when there are any.',
  ],
  options: [...PAGE_OPTIONS, ...API_OPTIONS],
  examples: [
    ['the first page', 'npx vidsync conflicts'],
    ['all of them, into a file', 'npx vidsync conflicts --all --json > conflicts.json'],
  ],
  async run(context): Promise<Exit> {
    const { terminal } = context
    const api = await Api.from(context)
    const { found, next } = await everyPage(context.args, async query => {
      const page = await api.get(`/v1/conflicts?${query}`, schema)
      return { found: page.conflicts, next: page.next }
    })
    show(terminal, found)
    tellOfMore(terminal, 'conflicts', next)
    terminal.answer({ conflicts: found, next })
    return found.length > 0 ? EXIT.problems : EXIT.ok
  },
}

function show(terminal: Terminal, found: readonly Conflict[]): void {
  if (found.length === 0) {
    terminal.say(`${terminal.paint('green', '✓')} Nobody is in conflict.`)
    return
  }
  const now = Date.now()
  terminal.table(found, [
    { title: 'who', cell: nameOf },
    { title: 'contact', cell: ({ vid }) => vid ?? '–' },
    { title: 'email', cell: ({ email }) => email ?? '–' },
    { title: 'with', cell: each => (each.with ? `${nameOf(each.with)}, contact ${each.with.vid ?? '–'}` : '–') },
    { title: 'since', cell: ({ since }) => (since === null ? '–' : away(since, now)) },
    { title: 'next look', cell: ({ nextProbe }) => (nextProbe === null ? '–' : away(nextProbe, now)) },
    { title: 'reason', cell: ({ reason }) => reason, gives: true },
  ])
  // What to do is the same for many, and too long for a table.
  for (const [resolves, who] of Map.groupBy(found, ({ resolves }) => resolves)) {
    terminal.say()
    terminal.say(terminal.paint('bold', who.map(nameOf).join(', ')))
    for (const line of wrapped(resolves, Math.min(terminal.width, 100), '  ')) terminal.say(line)
  }
}

const nameOf = ({ userId, lead }: { userId?: string | null | undefined; lead?: string | undefined }): string =>
  userId ?? (lead === undefined ? 'nobody known' : `lead ${lead}`)
