import type { ActivityEvent } from '../event.ts'
import type { Call, Field } from '../mapping-settings.ts'
import { defaultsOf } from './event-defaults.ts'
import { hubSpotName } from './event-name.ts'
import { fieldsWishes, pathsOfAll } from './fields.ts'
import { flatten } from './flatten.ts'
import { cut } from './unmapped.ts'
import type { Wish } from './wish.ts'

/** HubSpot's limits on an occurrence. */
const MOST_PROPERTIES = 50
const LONGEST_VALUE = 256
const LONGEST_ADDRESS = 1_024

/**
 * The properties of an event: fields first, then its own, then HubSpot's. Nothing stands twice: what goes to one of
 * HubSpot's properties does not go to one of its own name.
 * @param read paths whose values are used otherwise
 */
export function propertiesOf(
  event: ActivityEvent,
  call: Call,
  fields: { readonly [property: string]: Field },
  read: readonly string[],
): Map<string, Wish> {
  const given = fieldsWishes(fields, call)
  const defaults = defaultsOf(event, call)
  const used = new Set([...read, ...pathsOfAll(fields), ...defaults.map(({ path }) => path)])
  const own = [...flatten(event.properties, path => !used.has(`properties.${path}`))].map(named)

  const wishes = new Map<string, Wish>()
  let room = MOST_PROPERTIES
  const add = (name: string, wish: Wish): void => {
    // There is nothing to clear in what has not been before.
    if ('value' in wish && String(wish.value).trim() === '') return
    const fitting = limited(name, wish)
    if ('value' in fitting && room === 0) {
      wishes.set(name, { unfit: `is one property more than the ${MOST_PROPERTIES} that HubSpot takes` })
      return
    }
    if ('value' in fitting) room -= 1
    wishes.set(name, fitting)
  }
  for (const [name, wish] of given) add(name, wish)
  // Whoever has the very name comes before those that only get it.
  for (const { path, name, wish } of [...own.filter(isExact), ...own.filter(each => !isExact(each))]) {
    if (name === undefined)
      wishes.set(cut(path), { unfit: 'has no name that HubSpot takes for a property of an event' })
    else if (given.has(name)) continue
    else if (!wishes.has(name)) add(name, wish)
    else wishes.set(cut(path), { unfit: 'has the name of another property, as HubSpot writes names' })
  }
  for (const { name, wish } of defaults) if (!wishes.has(name)) add(name, wish)
  return wishes
}

const isExact = ({ path, name }: { readonly path: string; readonly name: string | undefined }): boolean => path === name

const named = ({ path, wish }: { readonly path: string; readonly wish: Wish }) => ({
  path,
  name: hubSpotName(path),
  wish,
})

function limited(name: string, wish: Wish): Wish {
  if ('unfit' in wish) return wish
  const longest = /url|referrer|link/.test(name) ? LONGEST_ADDRESS : LONGEST_VALUE
  return String(wish.value).length <= longest ? wish : { unfit: `is longer than ${longest} characters` }
}
