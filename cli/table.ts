import { stripVTControlCharacters } from 'node:util'

export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => string
  /** The last resort where the terminal is narrow: this column is cut, the others never are. */
  readonly gives?: boolean
}

const GAP = '  '
const NARROWEST = 12

/**
 * Rows under their titles, one line each, columns aligned.
 * @param width characters that fit in a line
 */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], width: number): string[] {
  const cells = [
    columns.map(({ title }) => title.toUpperCase()),
    ...rows.map(row => columns.map(({ cell }) => oneLine(cell(row)))),
  ]
  const widths = columns.map((_, at) => Math.max(...cells.map(line => lengthOf(line[at] ?? ''))))
  const excess = widths.reduce((sum, each) => sum + each + GAP.length, -GAP.length) - width
  const giving = columns.findIndex(({ gives }) => gives)
  if (excess > 0 && giving >= 0) widths[giving] = Math.max(NARROWEST, (widths[giving] ?? 0) - excess)
  return cells.map(line =>
    line
      .map((cell, at) => aligned(cell, widths[at] ?? 0, at === giving))
      .join(GAP)
      .trimEnd(),
  )
}

/** Names and what they stand for, below one another. */
export function pairs(rows: readonly (readonly [name: string, value: string])[], indent = '  '): string[] {
  const width = Math.max(0, ...rows.map(([name]) => lengthOf(name)))
  return rows.map(([name, value]) => `${indent}${aligned(name, width, false)}${GAP}${value}`.trimEnd())
}

/** Text broken at spaces into lines of at most so many characters. */
export function wrapped(text: string, width: number, indent = ''): string[] {
  const lines: string[] = []
  let line = indent
  for (const word of text.split(' ')) {
    if (line.length > indent.length && lengthOf(line) + lengthOf(word) + 1 > width) {
      lines.push(line)
      line = indent
    }
    line += line.length > indent.length ? ` ${word}` : word
  }
  return [...lines, line]
}

/** What a user or HubSpot has written must not break a table. */
const oneLine = (text: string): string => text.replace(/\s+/gu, ' ')

const lengthOf = (text: string): number => [...stripVTControlCharacters(text)].length

function aligned(text: string, width: number, cuts: boolean): string {
  const length = lengthOf(text)
  if (length <= width) return text + ' '.repeat(width - length)
  return cuts ? `${[...stripVTControlCharacters(text)].slice(0, Math.max(0, width - 1)).join('')}…` : text
}
