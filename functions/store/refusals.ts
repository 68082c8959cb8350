import type { Due } from '../core/record.ts'
import { Deposed, Overtaken, type Settlement, StaleWrite } from '../core/store.ts'
import type { RecordKey } from '../core/types.ts'

/** Somebody else has folded into the record since it was read. */
export function foldedMeanwhile(key: RecordKey): StaleWrite {
  return new StaleWrite(key, 'Somebody else has folded into the record since it was read: read it again and fold anew')
}

/** A newer deliverer has touched what an older one wants to write. */
export function deposed(): Deposed {
  return new Deposed('A newer deliverer has taken over: stop, and let it read back whatever this one was not told')
}

/** Two deliverers at a time: what this one decided rests on a record that the other, older one has changed since. */
export function overtaken(): Overtaken {
  return new Overtaken('Another deliverer has written the record since it was read: nobody knows whose call came last')
}

/** The table was filled for one HubSpot account and is used with the token of another. */
export function otherPortal(): StaleWrite {
  return new StaleWrite(
    'portal',
    'The table belongs to another HubSpot account: use the token of that account, or a new table',
  )
}

/**
 * The due key of a settlement that raises the verify counter.
 * @throws TypeError when there is none: the doubt would never be looked at.
 */
export function dueOfDoubt(settlement: Settlement): Due {
  if (!settlement.due)
    throw new TypeError('A settlement that raises the verify counter must say when to look: set `due`')
  return settlement.due
}
