/**
 * What must become of a call, read once more and differently: not how events are parsed, but what of them everybody may
 * rely on. `undefined`: refused.
 */
export interface Reading {
  readonly type: string
  readonly key: string
  /** What it says, as JSON; of an alias the id that the user has now. */
  readonly says: unknown
}

type Values = { readonly [name: string]: unknown }

const TYPES = ['identify', 'track', 'group', 'alias', 'page', 'screen']
const isAbsent = (value: unknown) => value === undefined || value === null
const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @param posted the path that it was posted to; in a batch, calls name their type */
export function readingOf(call: unknown, posted: string): Reading | undefined {
  if (!isObject(call)) return undefined
  const own = (name: string) => (Object.hasOwn(call, name) ? call[name] : undefined)
  const given = own('type')
  const type = isAbsent(given) ? posted : given
  if (typeof type !== 'string' || !TYPES.includes(type) || (posted !== 'batch' && type !== posted)) return undefined
  if (depthOf(call) > 16 || Buffer.byteLength(JSON.stringify(call)) > 250_000) return undefined

  const [context, traits, properties] = [own('context'), own('traits'), own('properties')]
  for (const part of [context, type === 'identify' || type === 'group' ? traits : undefined])
    if (!isAbsent(part) && !isObject(part)) return undefined
  const ids = ['messageId', 'userId', 'groupId', 'previousId'].map(name => [name, idOf(own(name))] as const)
  const id = Object.fromEntries(ids)
  const needed = ['messageId', 'userId', ...(type === 'group' ? ['groupId'] : type === 'alias' ? ['previousId'] : [])]
  if (needed.some(name => id[name] === false)) return undefined

  const inContext = isObject(context) ? memberOf(context, 'traits') : undefined
  if (type !== 'alias' && !isAbsent(inContext) && !isObject(inContext)) return undefined
  const vidsync = isObject(context) ? memberOf(context, 'vidsync') : undefined
  if (!isAbsent(vidsync) && !isObject(vidsync)) return undefined
  const priority = isObject(vidsync) ? memberOf(vidsync, 'priority') : undefined
  if (!isAbsent(priority) && priority !== 'live' && priority !== 'bulk') return undefined

  if (type === 'alias') {
    if (!id.userId || !id.previousId || id.userId === id.previousId) return undefined
    return { type, key: `user#${id.previousId}`, says: `user#${id.userId}` }
  }
  if (!id.userId) return undefined
  const key = `user#${id.userId}`
  if (type === 'identify') return { type, key, says: sendable({ ...entriesOf(inContext), ...entriesOf(traits) }) }
  if (type === 'group') return id.groupId ? { type, key, says: sendable(entriesOf(traits)) } : undefined
  if (!isAbsent(properties) && !isObject(properties)) return undefined
  if (!isAbsent(traits) && !isObject(traits)) return undefined
  const name = type === 'track' ? own('event') : (own('name') ?? entriesOf(properties).name)
  if (!isAbsent(name) && name !== '' && (typeof name !== 'string' || name.trim() === '' || name.trim().length > 500))
    return undefined
  if (type === 'track' && (isAbsent(name) || name === '')) return undefined
  return { type, key, says: sendable(entriesOf(properties)) }
}

const memberOf = (values: Values, name: string): unknown => (Object.hasOwn(values, name) ? values[name] : undefined)

/** Own members alone, whatever they are called. */
const entriesOf = (value: unknown): Values => Object.fromEntries(isObject(value) ? Object.entries(value) : [])

/** `undefined`: there is none; `false`: it is not one that can be kept apart from others. */
function idOf(value: unknown): string | false | undefined {
  if (isAbsent(value) || value === '') return undefined
  if (typeof value === 'number') return Number.isFinite(value) && Math.abs(value) < 2 ** 53 ? String(value) : false
  if (typeof value !== 'string' || value.trim() === '' || Buffer.byteLength(value) > 512) return false
  const hasForbidden = [...value].some(char => {
    const code = char.codePointAt(0) ?? 0
    return code < 32 || (code >= 127 && code < 160) || (code >= 0xd800 && code <= 0xdfff) || code === 0xfffd
  })
  return hasForbidden ? false : value
}

function depthOf(value: unknown): number {
  let depth = 0
  for (let level: unknown[] = [value]; ; depth += 1) {
    level = level.filter(each => typeof each === 'object' && each !== null).flatMap(each => [Object.values(each ?? {})])
    if (level.length === 0) return depth
    level = level.flat()
  }
}

/** As UTF-8 JSON carries it: half characters are replaced, endless numbers are words. */
function sendable(value: unknown): unknown {
  if (typeof value === 'string') return Buffer.from(value).toString()
  if (typeof value === 'number') return Number.isFinite(value) ? JSON.parse(JSON.stringify(value)) : String(value)
  if (Array.isArray(value)) return value.map(sendable)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [Buffer.from(name).toString(), sendable(inner)]),
  )
}
