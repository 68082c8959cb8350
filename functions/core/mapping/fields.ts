import type { Call, Field } from '../mapping-settings.ts'
import { fieldWish, pathsOf, settingOf } from './field.ts'
import { choicesIn, emailWish, type Wish } from './wish.ts'

type Fields = { readonly [property: string]: Field }

/** What stands between a property and a choice in the name of a register: no property's name has it. */
const CHOICE = ';'
/** HubSpot's options are short; a register's name is stored with every value. */
const LONGEST_CHOICE = 255

/** The property that a register is of: its own name, or the one whose choice it is. */
export function propertyOf(register: string): string {
  const end = register.indexOf(CHOICE)
  return end === -1 ? register : register.slice(0, end)
}

/** The choice of a property's that a register adds; `undefined` of an ordinary register. */
export function choiceOf(register: string): string | undefined {
  const end = register.indexOf(CHOICE)
  return end === -1 ? undefined : register.slice(end + CHOICE.length)
}

/** What a call says of all fields, by register. */
export function fieldsWishes(fields: Fields, call: Call): Map<string, Wish> {
  const wishes = new Map<string, Wish>()
  for (const [property, field] of Object.entries(fields)) {
    const wish = fieldWish(field, call)
    if (wish === undefined) continue
    if (settingOf(field).append) for (const [register, each] of choices(property, wish)) wishes.set(register, each)
    else wishes.set(property, property === 'email' ? emailWish(wish) : wish)
  }
  return wishes
}

export const pathsOfAll = (fields: Fields): string[] => Object.values(fields).flatMap(pathsOf)

/** One register for each choice: what different events add meets nowhere. */
function choices(property: string, wish: Wish): [string, Wish][] {
  if ('unfit' in wish) return [[property, wish]]
  return choicesIn(wish.value).map(choice =>
    choice.length <= LONGEST_CHOICE
      ? [`${property}${CHOICE}${choice}`, { value: true }]
      : [property, { unfit: `has a choice of more than ${LONGEST_CHOICE} characters` }],
  )
}
