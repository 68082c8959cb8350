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
  {
    name: 'two users found under each other’s addresses of before do not merge one another’s contacts',
    seed: 1032,
    deeds: [
      { at: 7_786, do: 'identify', user: 'usr7x-j', traits: { city: 'val7x/usr7x-j/2' }, ago: 3_218 },
      { at: 14_118, do: 'identify', user: 'usr7x-10', traits: { email: 'usr7x-a-2@example.com' } },
      { at: 14_486, do: 'alias', previous: 'usr7x-j', user: 'usr7x-b' },
      { at: 25_325, do: 'alias', previous: 'usr7x-10', user: 'usr7x-a' },
      {
        at: 38_136,
        do: 'lead',
        traits: { email: 'usr7x-a-2@example.com', lastName: 'val7x/lead:usr7x-a-2@example.com/1' },
      },
      { at: 38_524, do: 'identify', user: 'usr7x-b', traits: { email: 'usr7x-b-0@example.com' }, ago: 32_749 },
      {
        at: 42_732,
        do: 'lead',
        traits: { email: 'usr7x-b-0@example.com', lastName: 'val7x/lead:usr7x-b-0@example.com/1' },
      },
      {
        at: 43_229,
        do: 'lead',
        traits: { email: 'usr7x-a-0@example.com', lastName: 'val7x/lead:usr7x-a-0@example.com/1' },
      },
      { at: 43_826, do: 'identify', user: 'usr7x-a', traits: { email: 'usr7x-b-0@example.com' } },
      { at: 44_714, do: 'identify', user: 'usr7x-b', traits: { email: 'usr7x-a-0@example.com' } },
    ],
    faults: [{ kind: 'crash', fn: 'deliver', at: 5_380, nth: 21, when: 'after' }],
    switches: { readSameRecord: 'twice', oldPrimary: 'dropped', mergeFillsGaps: false },
    latency: 1_000,
    tableLatency: 0,
  },
  {
    name: 'an address that came with a merged contact goes, when the newest word is that there is none',
    seed: 2804,
    deeds: [
      { at: 0, do: 'identify', user: 'usr7x-10', traits: { email: 'usr7x-10-1@example.com' } },
      { at: 5_031, do: 'identify', user: 'usr7x-c', traits: { city: 'val7x/usr7x-c/1', email: null } },
      { at: 10_955, do: 'alias', previous: 'usr7x-10', user: 'usr7x-c' },
    ],
    faults: [],
    switches: { mergeIds: 'primary' },
    latency: 1_000,
    tableLatency: 0,
  },
  {
    name: 'a company is told once where HubSpot repeats no traces',
    seed: 37,
    deeds: [{ at: 29_167, do: 'group', user: 'usr7x-g', group: 'grp7x-1', traits: { name: 'val7x/grp7x-1/13' } }],
    faults: [],
    switches: { echoTraces: false },
    kinds: true,
    latency: 200,
    tableLatency: 10,
  },
  {
    name: 'a contact that a frozen deliverer makes when the user has another one already becomes part of it',
    seed: 5718,
    deeds: [
      { at: 0, do: 'seed', email: 'usr7x-c-1@example.com' },
      { at: 33_099, do: 'identify', user: 'usr7x-c', traits: { email: 'usr7x-c-2@example.com' } },
      { at: 34_350, do: 'identify', user: 'usr7x-b', traits: { city: 'val7x/usr7x-b/2' } },
      { at: 54_471, do: 'identify', user: 'usr7x-b', traits: { email: 'usr7x-c-1@example.com' } },
      { at: 64_638, do: 'identify', user: 'usr7x-a', traits: { city: 'val7x/usr7x-a/4' } },
    ],
    faults: [
      { kind: 'freeze', fn: 'deliver', at: 4_903, nth: 3, when: 'before', what: 'hubspot POST', length: 127_645 },
    ],
    policies: { contactWithNewEmail: 'report' },
    latency: 50,
    tableLatency: 0,
  },
]
