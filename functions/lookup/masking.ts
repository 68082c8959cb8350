/**
 * An address as operators may see it in a list: `a***@e***.com`. Enough to recognise one that they know, too little to
 * write to.
 */
export function masked(address: string): string {
  const [local = '', domain = ''] = [
    address.slice(0, address.lastIndexOf('@')),
    address.slice(address.lastIndexOf('@') + 1),
  ]
  const ending = domain.includes('.') ? domain.slice(domain.lastIndexOf('.')) : ''
  return `${firstOf(local)}***@${firstOf(domain)}***${ending}`
}

const firstOf = (text: string): string => [...text][0] ?? ''
