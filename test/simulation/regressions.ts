import type { Kept } from './kept.ts'

/** Runs that went wrong once, shrunk. `npm run simulate -- --seed N` writes them. */
export const REGRESSIONS: readonly Kept[] = [
  {
    name: 'a user who comes back after a deletion does not get a second contact, without their id',
    seed: 59,
    deeds: [
      { at: 17_440, do: 'identify', user: 'usr7x-c', traits: { city: 'val7x/usr7x-c/3' } },
      { at: 23_174, do: 'delete', user: 'usr7x-c' },
    ],
    faults: [],
    policies: { deletedUser: 'keep' },
    latency: 200,
    tableLatency: 0,
  },
  {
    name: 'a user who comes back after a deletion is not in conflict with their own kept contact',
    seed: 365,
    deeds: [
      { at: 0, do: 'seed', email: 'usr7x-c-2@example.com' },
      { at: 18_792, do: 'identify', user: 'usr7x-c', traits: { city: 'val7x/usr7x-c/2' } },
      { at: 40_000, do: 'delete', user: 'usr7x-c' },
      { at: 80_000, do: 'identify', user: 'usr7x-c', traits: { email: 'usr7x-c-2@example.com' } },
    ],
    faults: [],
    policies: { deletedUser: 'keep' },
    latency: 50,
    tableLatency: 0,
  },
]
