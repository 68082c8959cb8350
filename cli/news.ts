/** What an operator cares about, at one moment. */
export interface Seen {
  readonly due: number
  readonly parked: number
  /** What pauses, and why. */
  readonly pauses: ReadonlyMap<string, string>
  /** Who is in conflict, and why. */
  readonly conflicts: ReadonlyMap<string, string>
  /** What HubSpot does not have, and why. */
  readonly problems: ReadonlyMap<string, string>
}

/** Something that has changed. */
export interface News {
  readonly what: string
  readonly who?: string
  readonly words: string
}

/** What has changed between two looks. @param before `undefined` at the first look: everything that is wrong is news then */
export function newsBetween(before: Seen | undefined, now: Seen): News[] {
  const first = { due: 0, parked: 0, pauses: new Map(), conflicts: new Map(), problems: new Map() }
  const past: Seen = before ?? first
  return [
    ...came(past.pauses, now.pauses, 'pause'),
    ...went(past.pauses, now.pauses, 'goes on', 'deliveries go on'),
    ...came(past.conflicts, now.conflicts, 'conflict'),
    ...went(past.conflicts, now.conflicts, 'resolved', 'the conflict is over'),
    ...came(past.problems, now.problems, 'problem'),
    ...went(past.problems, now.problems, 'resolved', 'it is no problem any more'),
    ...(now.parked > past.parked ? [{ what: 'parked', words: `${now.parked} events that nobody can read` }] : []),
    ...workBetween(before, now),
  ]
}

/** A number that changes all the time is no news; that there is work, and that it is done, is. */
function workBetween(before: Seen | undefined, { due }: Seen): News[] {
  if (before === undefined) return [{ what: 'due', words: due === 0 ? 'nothing' : String(due) }]
  if (before.due === 0 && due > 0) return [{ what: 'due', words: String(due) }]
  if (before.due > 0 && due === 0) return [{ what: 'done', words: 'nothing is due any more' }]
  // Twice as much, or half: it piles up, or it goes down.
  const grade = (count: number) => Math.floor(Math.log2(Math.max(1, count)))
  return grade(before.due) === grade(due) ? [] : [{ what: 'due', words: String(due) }]
}

function came(past: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>, what: string): News[] {
  return [...now].filter(([who, words]) => past.get(who) !== words).map(([who, words]) => ({ what, who, words }))
}

function went(
  past: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
  what: string,
  words: string,
): News[] {
  return [...past.keys()].filter(who => !now.has(who)).map(who => ({ what, who, words }))
}
