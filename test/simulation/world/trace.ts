/** Two runs that did the same have the same hash. Keeps the last lines for whoever wants to see what happened. */
export class Trace {
  #hash = 0x811c9dc5
  #lines: string[] | undefined

  /** Keeps what is added from now on, line by line. */
  keep(): void {
    this.#lines = []
  }

  get lines(): readonly string[] {
    return this.#lines ?? []
  }

  add(what: string, at: number): void {
    let hash = this.#hash
    for (let index = 0; index < what.length; index++) hash = Math.imul(hash ^ what.charCodeAt(index), 0x01000193)
    this.#hash = Math.imul(hash ^ at, 0x01000193)
    this.#lines?.push(`${(at / 1_000).toFixed(3).padStart(10)}  ${what}`)
  }

  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0')
  }
}
