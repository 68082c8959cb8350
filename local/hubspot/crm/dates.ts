const DAY = /^(\d{4})-(\d\d)-(\d\d)$/
const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/
const MILLISECONDS = /^-?\d{1,15}$/
const MIDNIGHT = 86_400_000

interface DateFault {
  readonly code: string
  readonly message: string
}

/** facts §13: ISO 8601 or milliseconds. @returns ISO in UTC, or undefined */
export function parseDatetime(value: string): string | undefined {
  const time = timeOf(value)
  return time === undefined ? undefined : new Date(time).toISOString()
}

/**
 * facts §13: `YYYY-MM-DD` or milliseconds at midnight UTC. facts §0: 2026-09 takes anything that it can read as a time.
 * @returns `YYYY-MM-DD`
 */
export function parseDate(value: string, lateDate: 'rejected' | 'normalised' | 'anything'): string | DateFault {
  const time = timeOf(value) ?? (lateDate === 'anything' ? looseTimeOf(value) : undefined)
  if (time === undefined) return { code: 'INVALID_LONG', message: `${value} was not a valid long.` }
  const iso = new Date(time).toISOString()
  if (time % MIDNIGHT !== 0 && lateDate === 'rejected') {
    return { code: 'INVALID_DATE', message: `${value} is at ${iso.slice(11, -1)} UTC, not midnight!` }
  }
  return iso.slice(0, 10)
}

function timeOf(value: string): number | undefined {
  const day = DAY.exec(value)
  if (day) {
    const time = Date.parse(`${value}T00:00:00Z`)
    return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== value ? undefined : time
  }
  if (MILLISECONDS.test(value)) return inRange(Number(value))
  if (ISO.test(value)) return inRange(Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`))
  return undefined
}

const looseTimeOf = (value: string) => inRange(Date.parse(`${value} UTC`))

const inRange = (time: number) => (Math.abs(time) <= 8_640_000_000_000_000 ? time : undefined)
