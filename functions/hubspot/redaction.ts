/**
 * HubSpot quotes the values it refuses, in the middle of its sentences. Its sentences are worth keeping and showing; the
 * values are somebody's personal data. Three nets, each of which catches what slips through the others:
 *
 *     places   the parts of HubSpot's known sentences in which a value stands, whatever it is
 *     sent     every value that we had sent, wherever it turns up (HubSpot lower-cases and cuts some)
 *     emails   whatever looks like an address, be it from a URL: HubSpot may name one that we never sent
 */
const PLACES: readonly (readonly [RegExp, string])[] = [
  [/, value=.*\} on /s, ', value=…} on '],
  [/, value=(?!…).*/s, ', value=…'],
  [/^Email address .* is invalid/s, 'Email address … is invalid'],
  [/^.* was not (a valid|one of)/s, '… was not $1'],
  [/^.* is at (\d+:\d+:[\d.]+)/s, '… is at $1'],
]
const EMAIL = /[^\s"'<>()[\]{},;:=@]{1,64}(?:@|%40)[^\s"'<>()[\]{},;:=@]+/gi

/** In a message, a shorter value is rather a word of HubSpot's than the value. `PLACES` catches it where it is one. */
const SHORTEST = 3
/** A value at least this long is removed even from the middle of a word. */
const DISTINCT = 8
/** Of a longer value this much is looked for, since HubSpot may have cut it. */
const LONGEST = 32
/** What is kept of a message, and what is looked at: some list hundreds of options. */
const MESSAGE_LENGTH = 400
const EXAMINED_LENGTH = 4_000

/**
 * HubSpot's words without values.
 * @param sent what the request held: values of properties, ids asked for
 */
export function withoutValues(message: string, sent: readonly string[]): string {
  let words = message.slice(0, EXAMINED_LENGTH)
  for (const [place, replacement] of PLACES) words = words.replace(place, replacement)
  const lowered = words.toLowerCase()
  const quoted = [...new Set(sent.map(value => value.trim()))]
    .filter(value => value.length >= SHORTEST && lowered.includes(value.slice(0, LONGEST).toLowerCase()))
    .sort((a, b) => b.length - a.length)
  for (const value of quoted) words = words.replace(patternOf(value), '…')
  words = words.replace(EMAIL, '…')
  return words.length > MESSAGE_LENGTH ? `${words.slice(0, MESSAGE_LENGTH)}…` : words
}

function patternOf(value: string): RegExp {
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  // What follows the beginning of a long value goes too: where a cut value ends, nobody can tell.
  if (value.length > LONGEST) return new RegExp(`${literal(value)}|${literal(value.slice(0, LONGEST))}.*`, 'gis')
  if (value.length >= DISTINCT) return new RegExp(literal(value), 'gi')
  return new RegExp(`(?<![\\p{L}\\p{N}_])${literal(value)}(?![\\p{L}\\p{N}_])`, 'giu')
}
