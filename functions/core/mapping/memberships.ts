import type { Config } from '../config.ts'
import { membershipsKey, subscriptionsKey } from '../keys.ts'
import type { Call, ListMembership, Subscription } from '../mapping-settings.ts'
import type { ContactKey } from '../types.ts'
import { isOneOf, valueAt } from './call.ts'
import type { Saying } from './saying.ts'
import { truthOf, type Wish } from './wish.ts'

/** What a call says of the lists that a person is in, and of what they have subscribed to. */
export function membershipSayings(owner: ContactKey, call: Call, config: Config): Saying[] {
  const lists = wishesIn(config.lists, membership => listWish(membership, call))
  const subscriptions = wishesIn(config.subscriptions, subscription => subscriptionWish(subscription, call))
  return [
    ...(lists.size > 0 ? [{ key: membershipsKey(owner), wishes: lists }] : []),
    ...(subscriptions.size > 0 ? [{ key: subscriptionsKey(owner), wishes: subscriptions }] : []),
  ]
}

function wishesIn<Setting>(
  settings: { readonly [name: string]: Setting },
  wishFor: (setting: Setting) => Wish | undefined,
): Map<string, Wish> {
  return new Map(
    Object.entries(settings).flatMap(([name, setting]) => {
      const wish = wishFor(setting)
      return wish ? [[name, wish] as const] : []
    }),
  )
}

function listWish(membership: ListMembership, call: Call): Wish | undefined {
  if ('when' in membership) return whenWish(membership.when, call)
  if (isOneOf(call, membership.remove)) return { value: false }
  return 'add' in membership && isOneOf(call, membership.add) ? { value: true } : undefined
}

function subscriptionWish(subscription: Subscription, call: Call): Wish | undefined {
  if ('when' in subscription) return whenWish(subscription.when, call)
  if (isOneOf(call, subscription.unsubscribe)) return { value: false }
  return isOneOf(call, subscription.subscribe) ? { value: true } : undefined
}

/** A group's traits are the group's: they say nothing of the person. */
function whenWish(path: string, call: Call): Wish | undefined {
  if (call.type === 'group' && path.startsWith('traits.')) return undefined
  const value = valueAt(call, path)
  return value === undefined ? undefined : truthOf(value)
}
