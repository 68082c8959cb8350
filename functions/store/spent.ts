import type { Folded } from '../core/record.ts'

/** The fold side of a record that has settled for good: nothing of it is kept but its counters. */
export const spent = ({ writes, version }: Pick<Folded, 'writes' | 'version'>): Folded => ({
  writes,
  version,
  registers: new Map(),
  ring: [],
  problems: new Map(),
  updatedAt: 0,
})
