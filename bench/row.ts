/** One line of the bench's table. */
export interface Row {
  readonly measure: string
  /** The target; absent: printed for information. */
  readonly must?: string
  readonly measured: string
  /** Whether the target is met; absent where there is none. */
  readonly ok?: boolean
}

/** What a measure prints that needs columns of its own. */
export interface Sheet {
  readonly markdown: string
  /** Whether every target is met. */
  readonly ok: boolean
}

/** A figure that must not be above a limit. */
export const atMost = (measure: string, value: number, limit: number, unit = '', digits = 1): Row => ({
  measure,
  must: `at most ${limit}${unit}`,
  measured: `${value.toFixed(Number.isInteger(value) ? 0 : digits)}${unit}`,
  ok: value <= limit,
})

export const atLeast = (measure: string, value: number, limit: number, unit = '', digits = 1): Row => ({
  measure,
  must: `at least ${limit}${unit}`,
  measured: `${value.toFixed(Number.isInteger(value) ? 0 : digits)}${unit}`,
  ok: value >= limit,
})

export const info = (measure: string, measured: string): Row => ({ measure, measured })

/** The table as Markdown, which is readable in a terminal, too. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ measure, must = '', measured, ok }) => [measure, must, measured, mark(ok)])
  return [['measure', 'must', 'measured', 'ok'], ['---', '---', '---', '---'], ...lines]
    .map(cells => `| ${cells.join(' | ')} |`)
    .join('\n')
}

const mark = (ok: boolean | undefined): string => (ok === undefined ? '' : ok ? 'yes' : '**no**')
