import type { Stamp } from '../../functions/core/event.ts'
import type { Candidate, Delivered, Folded, Register, Scalar } from '../../functions/core/record.ts'
import { notDelivered } from '../../functions/core/record.ts'
import type { ClaimKey, Settlement } from '../../functions/core/store.ts'
import { canonicalEmail, type RecordKey, type Vid } from '../../functions/core/types.ts'

/** A moment at which nothing in particular happened: Tuesday, 14 November 2023. */
export const NOON = 1_700_000_000_000

export function stampOf(event: number, time = NOON + event * 60_000): Stamp {
  return { time, receivedAt: time + 137, index: 0, id: `event-${String(event).padStart(6, '0')}` }
}

export function registerOf(value: Scalar, stamp = stampOf(1), version = 1, older: Candidate[] = []): Register {
  return { candidates: [{ value, stamp }, ...older], version }
}

/** The folding side of a record after `writes` writes, each of which changed a value. */
export function foldedOf(writes: number, change: Partial<Folded> = {}): Folded {
  return {
    writes,
    version: writes,
    registers: new Map([['email', registerOf('alex@example.com', stampOf(writes), writes)]]),
    ring: [`hash-of-${String(writes).padStart(4, '0')}`],
    problems: new Map(),
    updatedAt: NOON + writes,
    ...change,
  }
}

export function deliveredOf(version: number, change: Partial<Delivered> = {}): Delivered {
  return { ...notDelivered, version, state: 'synced', updatedAt: NOON + version, ...change }
}

/** A settlement of everything up to `version` that takes the record out of the index. */
export function settlementOf(key: RecordKey, version: number, change: Partial<Settlement> = {}): Settlement {
  return { key, delivered: deliveredOf(version), basis: { foldVersion: version, verify: 0 }, due: undefined, ...change }
}

export const vidOf = (digits: string): Vid => digits as Vid
export const claimOnEmail = (address: string): ClaimKey => `email#${canonicalEmail(address)}`
export const claimOnVid = (digits: string): ClaimKey => `vid#${vidOf(digits)}`
