const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const

/** A length of time for people, in the unit that tells most: `45 s`, `12 min`, `3 h`, `2 d`. @param seconds at least 0 */
export function duration(seconds: number): string {
  const [unit, length] = UNITS.find(([, size]) => seconds >= size) ?? UNITS[3]
  return `${Math.floor(seconds / length)} ${unit}`
}

/** How long ago a moment was, or how far ahead it is. @param moment ISO 8601 */
export function away(moment: string, now: number): string {
  const seconds = Math.round((Date.parse(moment) - now) / 1_000)
  if (Number.isNaN(seconds)) return moment
  return seconds > 0 ? `in ${duration(seconds)}` : `${duration(-seconds)} ago`
}
