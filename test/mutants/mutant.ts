/** A fault planted into a copy of the program: what is shipped has no switch for it. */
export interface Mutant {
  /** What the program does wrong, in words. */
  readonly name: string
  readonly changes: readonly Change[]
  /** Tests that must find it, cheapest first. */
  readonly killers: readonly Killer[]
}

/** A place of one file, and what stands there instead. */
export interface Change {
  /** Below `functions/`. */
  readonly file: string
  /** As it stands there, exactly once; spaces and line breaks do not matter. */
  readonly find: string
  readonly replace: string
}

export interface Killer {
  /** Below `test/`. */
  readonly file: string
  /** Only the tests whose names hold this. */
  readonly only?: string
}

/** @param killers files below `test/`, without `.test.ts`; after a `>`, only the tests whose names hold what follows */
export const mutant = (name: string, changes: Change | readonly Change[], ...killers: readonly string[]): Mutant => ({
  name,
  changes: 'file' in changes ? [changes] : changes,
  killers: killers.map(killer => {
    const [file = '', only] = killer.split(' > ')
    return { file: `${file}.test.ts`, ...(only === undefined ? {} : { only }) }
  }),
})

export const change = (file: string, find: string, replace: string): Change => ({ file, find, replace })

/**
 * The source with something wrong in it.
 * @throws Error when the place is not there exactly once: the mutant has to follow the program
 */
export function mutated(source: string, { file, find, replace }: Change): string {
  const words = find.match(/[\w$]+|[^\w$\s]/g) ?? []
  const place = new RegExp(words.map(word => word.replace(/\W/g, '\\$&')).join('\\s*'), 'g')
  const places = [...source.matchAll(place)]
  const [only] = places
  if (!only || places.length > 1) throw new Error(`"${find}" is ${places.length} times in functions/${file}, not once`)
  return source.slice(0, only.index) + replace + source.slice(only.index + only[0].length)
}
