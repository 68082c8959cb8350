/** How to undo what was done since `attempt` began. Without an attempt under way nothing is kept. */
export class Journal {
  #undo: (() => void)[] | undefined

  add(undo: () => void): void {
    this.#undo?.push(undo)
  }

  /** Runs `work`; whatever it changed is undone when it throws, and only then. May be nested. */
  attempt<T>(work: () => T): T {
    const outermost = this.#undo === undefined
    const steps = this.#undo ?? []
    this.#undo = steps
    const mark = steps.length
    try {
      return work()
    } catch (error) {
      while (steps.length > mark) steps.pop()?.()
      throw error
    } finally {
      if (outermost) this.#undo = undefined
    }
  }
}
