/**
 * An address as operators may see it in a list: `a***@e***.com`. Enough to recognise one that they know, too little to
 * write to.
 */
export function masked(address: string): string {
  const at = address.lastIndexOf('@')
  const local = address.slice(0, Math.max(at, 0))
  const domain = address.slice(at + 1)
  const dot = domain.lastIndexOf('.')
  return `${firstOf(local)}***@${firstOf(domain)}***${dot < 0 ? '' : domain.slice(dot)}`
}

const firstOf = (text: string): string => [...text][0] ?? ''

/** How much the call log shows of values: `masked` hides them, `plain` hides addresses alone. */
export type ValuePolicy = 'masked' | 'plain'

const ADDRESS = /[^\s"'<>()[\]{},;:=@]{1,64}@[^\s"'<>()[\]{},;:=@]+/g
const ONE_ADDRESS = /^[^\s@]+@[^\s@]+$/
/** Say nothing that would tell people apart. */
const HARMLESS = /^(true|false)?$/
/** Longer values are cut: a log is no second copy. */
const LONGEST = 80

/** A value as the call log keeps it: enough to recognise one that you know. */
export function maskedValue(value: string, policy: ValuePolicy): string {
  if (policy === 'masked' && !ONE_ADDRESS.test(value) && !HARMLESS.test(value)) {
    return `${firstOf(value)}*** (${[...value].length})`
  }
  const shown = [...value.replace(ADDRESS, masked)]
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST).join('')}…` : shown.join('')
}
