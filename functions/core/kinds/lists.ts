import type { Problem } from '../record.ts'
import type { Vid } from '../types.ts'
import { endWithout, heldBack, isBlank, spoken, untold } from './registers.ts'
import { type Input, type Moment, type Owner, type Step, type Task, waitingFor } from './task.ts'

/** A person is to be in a list, or not. */
export interface ListInput extends Input {
  readonly listId: string
  readonly vid: Vid
  readonly member: boolean
}

/** What is known of the lists that `sync.config.ts` names: HubSpot's id, or what is wrong. */
export type Lists = ReadonlyMap<string, string | Problem>

/** Says what HubSpot is to be told of a person's lists. A list that HubSpot lacks keeps no other waiting. */
export function decideLists(task: Task, owner: Owner, lists: Lists, { now }: Moment): Step<ListInput> {
  if (isBlank(task, owner)) return { do: 'drop', why: 'gone' }
  // The configuration has none of them any more.
  if ([...spoken(task, owner).keys()].every(name => !lists.has(name))) return { do: 'settle', ending: {} }
  if (owner.is !== 'known') return { do: 'settle', ending: endWithout(owner) }
  const inputs: ListInput[] = []
  for (const [name, { candidates }] of untold(task, owner, task.delivered.vid !== owner.vid, now)) {
    const list = lists.get(name)
    const [{ value, stamp }] = candidates
    const member = value === true
    if (typeof list === 'string') {
      const input = { task, batch: list, id: `${list} ${owner.vid}`, stamp, tells: [name] }
      inputs.push({ ...input, listId: list, vid: owner.vid, member })
    } else if (list && member) task.facts.refused.set(name, list)
    // Nobody is in a list that is not there.
  }
  if (inputs.length > 0) return { do: 'call', inputs }
  return { do: 'settle', ending: { withheld: heldBack(task), told: { vid: owner.vid } } }
}

export const noSuchList = (name: string): Problem =>
  waitingFor(`HubSpot has no list “${name}”; run npx vidsync setup, or make a static list of contacts of this name`)
