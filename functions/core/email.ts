import { canonicalEmail, type Email } from './types.ts'

/** RFC 5321's longest path. HubSpot judges the rest. */
const LONGEST_EMAIL = 254
const PLAUSIBLE = /^[^\s@,;<>()"\p{Cc}\uFFFD]+@[^\s@,;<>()"\p{Cc}\uFFFD]+\.[^\s@.,;<>()"\p{Cc}\uFFFD]+$/u

/** @returns the address in HubSpot's form, or `undefined` for what cannot be an address. */
export function emailOf(value: unknown): Email | undefined {
  if (typeof value !== 'string' || value.length > 2 * LONGEST_EMAIL) return undefined
  const address = canonicalEmail(value)
  return address.length <= LONGEST_EMAIL && PLAUSIBLE.test(address) ? address : undefined
}
