import type { Answer } from '../../core/hubspot.ts'
import { MOST_MEMBERS } from '../../core/hubspot-objects.ts'
import { decideLists, type ListInput } from '../../core/kinds/lists.ts'
import { learnRegisters } from '../../core/kinds/registers.ts'
import type { Fate, Fates } from '../../core/kinds/task.ts'
import type { ContactRecord } from '../../core/record.ts'
import type { Catalogue } from '../catalogue.ts'
import { ownersOf } from '../owners.ts'
import type { Session } from '../session.ts'
import type { Teller } from '../wave.ts'

/** Tells who is in the lists: one call for each list, or few. */
export async function listTeller(
  session: Session,
  catalogue: Catalogue,
  records: readonly ContactRecord[],
): Promise<Teller<ListInput> | undefined> {
  const { config, clock, objects, metrics } = session.deps
  const named = records.flatMap(({ folded }) => [...folded.registers.keys()])
  const lists = await catalogue.lists(
    session,
    named.filter(name => Object.hasOwn(config.lists, name)),
  )
  if (!lists) return undefined
  const ownerOf = await ownersOf(session, records)
  return {
    capability: 'lists',
    merges: true,
    most: () => MOST_MEMBERS,
    decide: task => decideLists(task, ownerOf(task.record.key), lists, { config, now: clock.now() }),
    learn: learnRegisters,
    async call(inputs): Promise<Answer<Fates<ListInput>>> {
      const [first] = inputs
      if (!first) return { kind: 'ok', value: new Map() }
      const vids = (member: boolean) => inputs.filter(input => input.member === member).map(({ vid }) => vid)
      const answer = await objects.changeMembers(first.listId, { add: vids(true), remove: vids(false) })
      if (answer.kind === 'rejected')
        for (const [name, id] of lists) if (id === first.listId) catalogue.forgetList(name)
      if (answer.kind !== 'ok') return answer
      metrics.add('MembershipsChanged', inputs.length)
      // Those that HubSpot calls missing were members already, or were none; or the contact is gone, which its own record notices.
      return { ...answer, value: new Map(inputs.map(input => [input, DONE])) }
    },
  }
}

const DONE: Fate = { is: 'done' }
