/** Users of a simulated world. Their names are found in any text. */
export const userName = (index: number): string => `usr7x-${'abcdefghij'[index] ?? index}`

/** A value that tells whose it is. */
export const sayingOf = (user: string, count: number): string => `val7x/${user}/${count}`

/** Whose value it is; `undefined`: nobody said it. */
export function tagOf(value: string | undefined): string | undefined {
  const [mark, user] = (value ?? '').split('/')
  return mark === 'val7x' ? user : undefined
}

/** What must not be in any log: names, addresses, values, keys and tokens. */
export const PERSONAL = /usr7x|val7x|key7x|tok7x|@example/
