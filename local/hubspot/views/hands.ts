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
    const at = portal.clock.now()
    for (const change of portal.takeChanges()) {
      this.#ledger.addWrite({ ...change, call: 0, source, receivedAt: at, appliedAt: at })
    }
    return result
  }
}
