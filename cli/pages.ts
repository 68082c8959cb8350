import { type Arguments, numberIn } from './arguments.ts'
import type { Option } from './command.ts'
import type { Terminal } from './terminal.ts'

const PAGE = 50
const LARGEST_PAGE = 100

/** Options of commands that list something. */
export const PAGE_OPTIONS: readonly Option[] = [
  { name: 'limit', value: 'n', help: `how many at once, at most ${LARGEST_PAGE}: ${PAGE}` },
  { name: 'after', value: 'cursor', help: 'go on behind the page that ended with this cursor' },
  { name: 'all', help: 'every page' },
]

export interface Page<Item> {
  readonly found: readonly Item[]
  /** Where the next one begins; `null` on the last. */
  readonly next: string | null
}

/** The page that is asked for, or all of them. @throws Failed */
export async function everyPage<Item>(
  args: Arguments,
  read: (query: URLSearchParams) => Promise<Page<Item>>,
): Promise<Page<Item>> {
  const limit = numberIn(args, 'limit', 1, LARGEST_PAGE) ?? PAGE
  const found: Item[] = []
  let next = args.text('after') ?? null
  do {
    const page = await read(new URLSearchParams({ limit: String(limit), ...(next === null ? {} : { after: next }) }))
    found.push(...page.found)
    next = page.next
  } while (next !== null && args.flag('all'))
  return { found, next }
}

/** Says how to go on. */
export function tellOfMore(terminal: Terminal, command: string, next: string | null): void {
  if (next === null) return
  terminal.say()
  terminal.say(`More: npx vidsync ${command} --after ${next}`)
}
