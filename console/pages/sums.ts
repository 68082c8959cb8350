import type { Metrics } from './schemas.ts'

export type Line = readonly (number | null)[]

export const lineOf = ({ series }: Metrics, name: string): Line => series[name] ?? []

/** Part by part; `null` where none of the lines has anything. */
export function added(...lines: readonly Line[]): (number | null)[] {
  const length = Math.max(0, ...lines.map(line => line.length))
  return Array.from({ length }, (_, at) => {
    const values = lines.map(line => line[at]).filter(value => value !== null && value !== undefined)
    return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) : null
  })
}

export const total = (line: Line): number => line.reduce<number>((sum, value) => sum + (value ?? 0), 0)
export const highest = (line: Line): number => Math.max(0, ...line.map(value => value ?? 0))
export const latest = (line: Line): number | null => line.findLast(value => value !== null) ?? null
export const mean = (line: Line): number | null => {
  const values = line.filter(value => value !== null)
  return values.length > 0 ? total(values) / values.length : null
}

/** In hundredths of `whole`. */
export const sharesOf = (line: Line, whole: number): (number | null)[] =>
  line.map(value => (value === null ? null : (value / whole) * 100))

/** Of the part before the one that is going on, or, where that is not counted yet, of the one before. */
export const lastWhole = (line: Line): number => line.at(-2) ?? line.at(-3) ?? 0
