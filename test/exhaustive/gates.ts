import { createHash } from 'node:crypto'
import type { Batch } from './gated-hubspot.ts'

/** How a request at a gate ends: done and answered, done without an answer, or, as far as anybody can tell, neither. */
export type Ending = 'answered' | 'lost' | 'silence'

/**
 * What a request has to do with: what else happens before it makes a difference only where it touches the same. `asks`: it
 * changes nothing, so that to die before it is to die before whatever comes next.
 */
export type Touches = 'records' | 'asks records' | 'claims' | 'asks claims' | 'HubSpot' | 'asks HubSpot'

interface Pending {
  readonly name: string
  readonly touches: Touches
  /** What it would write to HubSpot. */
  readonly write: Batch | undefined
  open(ending: Ending): void
}

/** Where one process waits for the table and for HubSpot, until somebody opens. One that is never opened has died. */
export class Gates {
  readonly pending: Pending[] = []
  /** What the process has been answered in this invocation: all that it knows beside the table. */
  history = ''

  /** @param inWords what of the answer makes a difference */
  pass<T>(
    touches: Touches,
    name: string,
    go: (ending: Ending) => Promise<T>,
    inWords: (answer: T) => string,
    write?: Batch,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      this.pending.push({
        name,
        touches,
        write,
        open: ending => {
          go(ending).then(answer => {
            this.#note(`${name} ${inWords(answer)}`)
            resolve(answer)
          }, reject)
        },
      })
    })
  }

  open(ending: Ending): void {
    this.pending.shift()?.open(ending)
  }

  forget(): void {
    this.history = ''
  }

  #note(answer: string): void {
    this.history = createHash('sha1').update(this.history).update(answer).digest('base64')
  }
}
