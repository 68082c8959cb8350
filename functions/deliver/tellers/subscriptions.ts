import type { Answer } from '../../core/hubspot.ts'
import { MOST_CONSENTS } from '../../core/hubspot-objects.ts'
import { learnRegisters } from '../../core/kinds/registers.ts'
import { decideSubscriptions, type SubscriptionInput } from '../../core/kinds/subscriptions.ts'
import type { Fate, Fates } from '../../core/kinds/task.ts'
import type { ContactRecord } from '../../core/record.ts'
import type { Catalogue } from '../catalogue.ts'
import { ownersOf } from '../owners.ts'
import type { Session } from '../session.ts'
import type { Teller } from '../wave.ts'

/** Tells what people have subscribed to. */
export async function subscriptionTeller(
  session: Session,
  catalogue: Catalogue,
  records: readonly ContactRecord[],
): Promise<Teller<SubscriptionInput> | undefined> {
  const { config, clock, objects, metrics } = session.deps
  const named = new Set(records.flatMap(({ folded }) => [...folded.registers.keys()]))
  const wanted = [...named].filter(name => Object.hasOwn(config.subscriptions, name))
  const known = await catalogue.subscriptions(session, wanted)
  if (!known) return undefined
  const ids = 'value' in known ? known.value : new Map<string, string>()
  const ownerOf = await ownersOf(session, records)
  return {
    capability: 'subscriptions',
    merges: true,
    most: () => MOST_CONSENTS,
    decide: task => decideSubscriptions(task, ownerOf(task.record.key), ids, { config, now: clock.now() }),
    learn: learnRegisters,
    async call(inputs): Promise<Answer<Fates<SubscriptionInput>>> {
      const answer = await objects.writeConsents(inputs.map(({ consent }) => consent))
      if (answer.kind !== 'ok') return answer
      const { done, errors } = answer.value
      const idOf = (email: string, subscriptionId: string): string => `${email} ${subscriptionId}`
      const told = new Set(done.map(({ email, subscriptionId }) => idOf(email, subscriptionId)))
      const fates = new Map<SubscriptionInput, Fate>()
      for (const input of inputs) {
        const { email, subscriptionId } = input.consent
        const error =
          errors.find(({ ids: named }) => named.includes(email)) ?? (inputs.length === 1 ? errors[0] : undefined)
        if (told.has(idOf(email, subscriptionId))) fates.set(input, { is: 'done' })
        else if (error) fates.set(input, { is: 'refused', error })
      }
      metrics.add('ConsentsWritten', told.size)
      return { ...answer, value: fates }
    },
  }
}
