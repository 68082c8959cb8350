import { canonicalEmail, type Email } from './types.ts'

/** RFC 5321's longest path. HubSpot judges the rest. */
const LONGEST_EMAIL = 254
const PLAUSIBLE = /^[^\s@,;<>()"\p{Cc}\uFFFD]+@[^\s@,;<>()"\p{Cc}\uFFFD]+\.[^\s@.,;<>()"\p{Cc}\uFFFD]+$/u

/** U+212A, which looks like a K and becomes the letter k in lower case: `\u212Aim@…` would be Kim. No address has it. */
const KELVIN = /\u212A/

/** @returns the address in HubSpot's form, or `undefined` for what cannot be an address. */
export function emailOf(value: unknown): Email | undefined {
  if (typeof value !== 'string' || value.length > 2 * LONGEST_EMAIL || KELVIN.test(value)) return undefined
  const address = canonicalEmail(value)
  return address.length <= LONGEST_EMAIL && PLAUSIBLE.test(address) ? address : undefined
}
