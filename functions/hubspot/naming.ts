import { objectOf, textsOf } from './json.ts'

/** What the inputs of a request are known by, ready to be looked up: an answer may hold thousands of errors. */
interface Names {
  /** As they stand in a text between spaces and the like, by their small letters. */
  readonly plain: ReadonlyMap<string, string>
  /** Addresses with letters that end a word. */
  readonly odd: readonly string[]
}

/** A shorter name than this may stand in a sentence by chance. */
const SHORTEST_IN_WORDS = 4

const BETWEEN_WORDS = /[^\p{L}\p{N}_.+@-]+/u

const known = new WeakMap<readonly string[], Names>()

/**
 * The names in the fields of an error or, where there are none, in its words. Never one that is part of a longer word.
 * @param names the same array for the same request
 */
export function mentioned(names: readonly string[], contexts: readonly unknown[], words: string): string[] {
  if (names.length === 0) return []
  const fields = contexts.flatMap(context => Object.values(objectOf(context)).flatMap(textsOf))
  const exact = namesIn(fields.join('\n'), names)
  return exact.length > 0 ? exact : namesIn(words, names).filter(name => name.length >= SHORTEST_IN_WORDS)
}

function namesIn(text: string, names: readonly string[]): string[] {
  const { plain, odd } = indexOf(names)
  const lowered = text.toLowerCase()
  const found = lowered.split(BETWEEN_WORDS).flatMap(word => plain.get(word.replace(/[.-]+$/, '')) ?? [])
  return [...new Set([...found, ...odd.filter(name => lowered.includes(name.toLowerCase()))])]
}

function indexOf(names: readonly string[]): Names {
  const indexed = known.get(names)
  if (indexed) return indexed
  const index = {
    plain: new Map(names.map(name => [name.toLowerCase(), name])),
    odd: names.filter(name => BETWEEN_WORDS.test(name)),
  }
  known.set(names, index)
  return index
}
