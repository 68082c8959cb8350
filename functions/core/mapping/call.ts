import { type ActivityEvent, type GroupEvent, type IdentifyEvent, isActivity, type UserEvent } from '../event.ts'
import type { Call, Calls } from '../mapping-settings.ts'
import { isObject } from '../parse/json.ts'
import type { Json } from '../types.ts'

/** What products say of their users, other than that an id is gone, split or another's. */
export type CallEvent = IdentifyEvent | ActivityEvent | GroupEvent

export const isCallEvent = (event: UserEvent): event is CallEvent =>
  event.type === 'identify' || event.type === 'group' || isActivity(event)

/** The call as paths and functions of the configuration see it. */
export function callOf(event: CallEvent): Call {
  const { key, messageId, stamp, context = {} } = event
  const common = {
    messageId,
    timestamp: new Date(stamp.time).toISOString(),
    context,
    ...(key.startsWith('user#') ? { userId: key.slice('user#'.length) } : {}),
    // Where the specification has it in calls other than group.
    ...(typeof context.groupId === 'string' ? { groupId: context.groupId } : {}),
  }
  switch (event.type) {
    case 'identify':
      return { type: 'identify', ...common, traits: event.traits, properties: {} }
    case 'group':
      return { type: 'group', ...common, groupId: event.groupId, traits: event.traits, properties: {} }
    case 'track':
      return { type: 'track', ...common, event: event.name, traits: traitsIn(context), properties: event.properties }
    case 'page':
    case 'screen':
      return { type: event.type, ...common, name: event.name, traits: traitsIn(context), properties: event.properties }
  }
}

/** RudderStack's and Segment's libraries keep the user's traits in the context of other calls. */
const traitsIn = ({ traits }: Call['context']): Call['traits'] => (isObject(traits) ? traits : {})

/** What stands in a call under a path such as `properties.products.0.sku`. `undefined`: nothing. */
export function valueAt(call: Call, path: string): Json | undefined {
  const dot = path.indexOf('.')
  const [root, rest] = dot === -1 ? [path, ''] : [path.slice(0, dot), path.slice(dot + 1)]
  switch (root) {
    case 'traits':
    case 'properties':
    case 'context':
      return inside(call[root], rest)
    case 'userId':
    case 'event':
    case 'name':
    case 'groupId':
    case 'messageId':
    case 'timestamp':
      return call[root]
    default:
      return undefined
  }
}

/** A name may have dots in it, so every way to divide the path is tried, the longest first name first. */
function inside(value: Json | undefined, path: string): Json | undefined {
  if (Array.isArray(value)) {
    const [index = '', ...rest] = path.split('.')
    const item = /^\d+$/.test(index) ? value[Number(index)] : undefined
    return rest.length === 0 ? item : inside(item, rest.join('.'))
  }
  if (!isObject(value)) return undefined
  if (Object.hasOwn(value, path)) return value[path]
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const name = path.slice(0, dot)
    const found = Object.hasOwn(value, name) ? inside(value[name], path.slice(dot + 1)) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** Whether a call is one of those that a setting names. Names of track calls are compared exactly. */
export function isOneOf(call: Call, calls: Calls | readonly Calls[] | undefined): boolean {
  if (calls === undefined) return false
  if (isList(calls)) return calls.some(each => isOneOf(call, each))
  if (typeof calls === 'string') return call.type === calls
  return call.type === 'track' && call.event !== undefined && [calls.track].flat().includes(call.event)
}

const isList = (calls: Calls | readonly Calls[]): calls is readonly Calls[] => Array.isArray(calls)
