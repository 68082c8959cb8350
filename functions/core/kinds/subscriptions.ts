import type { Config } from '../config.ts'
import type { ConsentInput } from '../hubspot-objects.ts'
import type { Problem } from '../record.ts'
import { endWithout, heldBack, isBlank, spoken, untold } from './registers.ts'
import { type Input, type Moment, type Owner, type Step, type Task, waitingFor } from './task.ts'

export interface SubscriptionInput extends Input {
  readonly consent: ConsentInput
}

/** HubSpot's ids of the subscription types that there are, by name. */
export type SubscriptionIds = ReadonlyMap<string, string>

/**
 * Says what HubSpot is to be told of what a person has subscribed to. HubSpot keeps it by address and not by contact, so
 * all of it is told again for every new one.
 */
export function decideSubscriptions(
  task: Task,
  owner: Owner,
  ids: SubscriptionIds,
  { now, config }: Moment,
): Step<SubscriptionInput> {
  if (isBlank(task, owner)) return { do: 'drop', why: 'gone' }
  // The configuration has none of them any more.
  if (![...spoken(task, owner).keys()].some(name => config.subscriptions[name])) return { do: 'settle', ending: {} }
  if (owner.is !== 'known') return { do: 'settle', ending: endWithout(owner) }
  const { email } = owner.record.delivered
  if (email === undefined) return { do: 'settle', ending: { trouble: waitingFor(NO_ADDRESS) } }
  const inputs: SubscriptionInput[] = []
  for (const [name, { candidates }] of untold(task, owner, task.delivered.email !== email, now)) {
    const setting = config.subscriptions[name]
    if (!setting) continue
    const subscriptionId = ids.get(name)
    if (subscriptionId === undefined) {
      task.facts.refused.set(name, noSuchType(name))
      continue
    }
    const [{ value, stamp }] = candidates
    const consent = { email, subscriptionId, subscribed: value === true, ...basisOf(setting) }
    inputs.push({
      task,
      batch: 'consents',
      id: `${email} ${subscriptionId}`,
      stamp,
      tells: [name],
      names: [email],
      consent,
    })
  }
  if (inputs.length > 0) return { do: 'call', inputs }
  return { do: 'settle', ending: { withheld: heldBack(task), told: { email } } }
}

const NO_ADDRESS = 'the user’s contact has no address that HubSpot has confirmed; subscriptions are kept by address'

const noSuchType = (name: string): Problem =>
  waitingFor(`HubSpot has no subscription type “${name}”; make one of this name under Settings > Marketing > Email`)

const basisOf = ({
  legalBasis,
  explanation,
}: Config['subscriptions'][string]): Pick<ConsentInput, 'legalBasis' | 'explanation'> => ({
  ...(legalBasis === undefined ? {} : { legalBasis }),
  ...(explanation === undefined ? {} : { explanation }),
})
