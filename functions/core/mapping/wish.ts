import { emailOf } from '../email.ts'
import type { Scalar } from '../record.ts'
import type { Json } from '../types.ts'

/** What a call asks of a register: a value (`''` clears it), or something that none can hold, in words without the value. */
export type Wish = { readonly value: Scalar } | { readonly unfit: string }

/** A list becomes its values, joined as HubSpot joins choices. */
export function wishOf(value: Json): Wish {
  if (value === null) return { value: '' }
  if (!Array.isArray(value)) return typeof value === 'object' ? { unfit: 'is an object' } : { value }
  const scalars = value.filter(item => item !== null && typeof item !== 'object')
  return scalars.length === value.length
    ? { value: scalars.join(';') }
    : { unfit: 'is a list of more than plain values' }
}

export function emailWish(wish: Wish): Wish {
  if ('unfit' in wish) return wish
  if (typeof wish.value === 'string' && wish.value.trim() === '') return { value: '' }
  const address = emailOf(wish.value)
  return address === undefined ? { unfit: 'is not an email address' } : { value: address }
}

/** Whether somebody is in: nothing is no. */
export function truthOf(value: Json): Wish {
  const text = typeof value === 'string' ? value.trim().toLowerCase() : value
  if (text === true || text === 1 || text === 'true' || text === '1') return { value: true }
  if (text === false || text === 0 || text === 'false' || text === '0' || text === null || text === '')
    return { value: false }
  return { unfit: 'is neither true nor false' }
}

/** The choices in a value, each once, in the order in which they stand. */
export const choicesIn = (value: Scalar): string[] => [
  ...new Set(
    String(value)
      .split(';')
      .map(choice => choice.trim())
      .filter(choice => choice !== ''),
  ),
]
