import { away } from '../../cli/duration.ts'
import type { Party } from './schemas.ts'

const WHOLE = new Intl.NumberFormat('en')
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

/** `1,234` */
export const count = (n: number): string => WHOLE.format(Math.round(n))
/** `1,234`, and from ten thousand on `12.3K`. */
export const short = (n: number): string => (n < 10_000 ? count(n) : SHORT.format(n))
/** `1 user`, `2 users` */
export const counted = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`
export const percent = (share: number): string =>
  `${share > 0 && share < 0.1 ? '<0.1' : share < 10 ? share.toFixed(1).replace(/\.0$/, '') : Math.round(share)} %`

/** `3 min ago`, `in 5 min`. */
export const ago = (moment: string | null | undefined): string => (moment ? away(moment, Date.now()) : '–')

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
export const clock = (moment: number | string): string => CLOCK.format(new Date(moment))
export const date = (moment: number | string): string => DATE.format(new Date(moment))

/** Who is meant: a user by id, a lead by masked address. */
export const nameOf = ({ userId, lead }: Party): string =>
  lead !== undefined ? `lead ${lead}` : (userId ?? 'nobody known')
