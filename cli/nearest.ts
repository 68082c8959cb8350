/**
 * The one of `known` that somebody who wrote `name` has probably meant: at most a third of its letters are wrong, and
 * at most two.
 * @returns `undefined` when none is that near
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: { readonly candidate: string; readonly distance: number } | undefined
  const wanted = name.toLowerCase()
  for (const candidate of known) {
    const limit = Math.min(2, Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 3)))
    if (Math.abs(wanted.length - candidate.length) > limit) continue
    const distance = distanceBetween(wanted, candidate.toLowerCase())
    if (distance <= limit && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { candidate, distance }
  }
  return best?.candidate
}

/** Letters to insert, leave out or exchange (Levenshtein). */
function distanceBetween(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row]
    for (let at = 1; at <= b.length; at += 1) {
      const exchanged = (above[at - 1] ?? 0) + (a[row - 1] === b[at - 1] ? 0 : 1)
      line.push(Math.min(exchanged, (above[at] ?? 0) + 1, (line[at - 1] ?? 0) + 1))
    }
    above = line
  }
  return above[b.length] ?? 0
}
