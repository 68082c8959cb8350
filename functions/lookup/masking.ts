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
