import type { Call, Field } from '../mapping-settings.ts'
import { choiceRegister } from './choice.ts'
import { fieldWish, pathsOf, settingOf } from './field.ts'
import { choicesIn, emailWish, type Wish } from './wish.ts'

type Fields = { readonly [property: string]: Field }

/** HubSpot's options are short; a register's name is stored with every value. */
const LONGEST_CHOICE = 255

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

function choices(property: string, wish: Wish): [string, Wish][] {
  if ('unfit' in wish) return [[property, wish]]
  return choicesIn(wish.value).map(choice =>
    choice.length <= LONGEST_CHOICE
      ? [choiceRegister(property, choice), { value: true }]
      : [property, { unfit: `has a choice of more than ${LONGEST_CHOICE} characters` }],
  )
}
