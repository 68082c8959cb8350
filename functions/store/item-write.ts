/** What an item of the table is, told from its key. */
export type ItemKind = 'record' | 'claim' | 'call' | 'portal' | 'deliverer' | 'parked' | 'log'

/** One write request as the table sees it: what benchmarks and tests count. */
export interface ItemWrite {
  readonly kind: ItemKind
  /** Its condition did not hold. Costs as much as one that did. */
  readonly refused: boolean
  /** Writes to the index of due work that it caused: 1 for an entry added or removed, 2 for one that moved. */
  readonly indexWrites: 0 | 1 | 2
}

/** Tells an item's kind from its partition key. */
export function itemKind(pk: string): ItemKind {
  switch (pk.split('#', 1)[0]) {
    case 'vid':
    case 'email':
    case 'id':
      return 'claim'
    case 'calls':
      return 'call'
    case 'portal':
      return 'portal'
    case 'deliverer':
      return 'deliverer'
    case 'parked':
      return 'parked'
    case 'log':
      return 'log'
    default:
      return 'record'
  }
}
