import { duration } from './duration.ts'
import type { Terminal } from './terminal.ts'

/** Between two plain lines, and between two drawings, in milliseconds. */
const PLAIN_EVERY = 10_000
const DRAWN_EVERY = 100
const BAR = 24

/** How far long work has come, how fast it is and how long it will take: a bar on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #terminal: Terminal
  readonly #what: string
  readonly #total: number
  /** What an earlier run has done says nothing of this one's speed. */
  readonly #before: number
  readonly #begun = performance.now()
  #told = performance.now()
  #done: number

  /** @param what is counted: `rows` */
  constructor(terminal: Terminal, what: string, total: number, before = 0) {
    this.#terminal = terminal
    this.#what = what
    this.#total = total
    this.#before = before
    this.#done = before
  }

  /** In units a second. */
  get rate(): number {
    const seconds = (performance.now() - this.#begun) / 1_000
    return seconds > 0 ? (this.#done - this.#before) / seconds : 0
  }

  /** @param note why it is slow, say */
  update(done: number, note = ''): void {
    this.#done = done
    const now = performance.now()
    const { draws } = this.#terminal
    if (now - this.#told < (draws ? DRAWN_EVERY : PLAIN_EVERY)) return
    this.#told = now
    if (draws) this.#terminal.draw(`${this.#bar()}  ${this.#words(note)}`)
    else this.#terminal.tell(this.#words(note))
  }

  /** The bar goes; what comes of it is for others to say. */
  end(): void {
    this.#terminal.draw()
  }

  #words(note: string): string {
    const { rate } = this
    const left = this.#total - this.#done
    return [
      `${number(this.#done)} of ${number(this.#total)} ${this.#what}`,
      rate > 0 ? `${number(Math.round(rate))}/s` : '',
      rate > 0 && left > 0 ? `${duration(left / rate)} left` : '',
      note,
    ]
      .filter(Boolean)
      .join(' · ')
  }

  #bar(): string {
    const share = this.#total > 0 ? Math.min(1, this.#done / this.#total) : 1
    const filled = Math.round(share * BAR)
    const percent = `${Math.floor(share * 100)} %`.padStart(5)
    return `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ${percent}`
  }
}

/** For people: `1,000,000`. */
export const number = (value: number): string => value.toLocaleString('en')
