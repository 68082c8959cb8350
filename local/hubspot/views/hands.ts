import type { Ledger, Source } from '../ledger.ts'
import type { Portal } from '../portal.ts'

/** How people and tests change a portal beside its API: undone as a whole when it fails, and noted in the ledger. */
export class Hands {
  readonly portal: Portal
  readonly #ledger: Ledger

  constructor(portal: Portal, ledger: Ledger) {
    this.portal = portal
    this.#ledger = ledger
  }

  change<T>(source: Source, work: () => T): T {
    const { portal } = this
    const result = portal.journal.attempt(work)
    this.#ledger.add(portal.takeNotes(), {
      call: 0,
      source,
      receivedAt: portal.clock.now(),
      appliedAt: portal.clock.now(),
    })
    return result
  }
}
