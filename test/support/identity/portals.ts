import type { ApiVersion } from '../../../functions/hubspot/versions.ts'
import { POSITIONS, type Switches } from '../../../local/hubspot/index.ts'

/** A portal as HubSpot may behave, and the version of its API that is spoken to it. */
export interface PortalKind {
  /** What differs from the usual, in words. */
  readonly name: string
  readonly version: ApiVersion
  readonly switches: Partial<Switches>
}

/** The switches on which identity can depend. */
const IDENTITY = [
  'mergeIds',
  'oldPrimary',
  'secondaryEmailApi',
  'emailConflict',
  'tracesMakePartial',
  'loserEmail',
  'uniqueConflict',
  'untracedCreate',
  'sameEmailTwice',
  'twoIdsOneRecord',
  'readSameRecord',
  'promotedOver',
  'loserUnique',
  'mergeFillsGaps',
  'archivedUnique',
  'uniqueIgnoresCase',
  'echoTraces',
  'formFlipsPrimary',
  'eraseBlocksFound',
  'blocklisted',
] as const satisfies readonly (keyof Switches)[]

type Position = readonly [name: string, value: unknown]

/**
 * Portals in which every two positions of any two switches occur together at least once.
 * @param fixed positions that all of them have
 */
export function portals(fixed: Partial<Switches> & { readonly version?: ApiVersion } = {}): PortalKind[] {
  const { version, ...positions } = fixed
  const dimensions: Position[][] = [
    (version === undefined ? ['v3', '2026-09'] : [version]).map(value => ['version', value]),
    ...IDENTITY.map((name): Position[] =>
      (name in positions ? [positions[name]] : (POSITIONS[name] ?? [])).map(value => [name, value]),
    ),
  ]
  return pairwise(dimensions).map(row => kindOf(row, positions))
}

const THIRD = new Set(
  portals()
    .filter((_, index) => index % 3 === 0)
    .map(({ name }) => name),
)
/** A few different portals: for what takes long. */
export const everyThird = ({ name }: PortalKind): boolean => THIRD.has(name)

/** Whether an address that a contact has kept can be taken off it. */
export const canDetach = ({ version, switches }: PortalKind): boolean =>
  version === 'v3' && (switches.secondaryEmailApi ?? 'served') === 'served'

function kindOf(row: readonly Position[], fixed: Partial<Switches>): PortalKind {
  const switches: Record<string, unknown> = { ...fixed }
  let version: ApiVersion = 'v3'
  const words: string[] = []
  for (const [name, value] of row) {
    if (name === 'version') version = value === '2026-09' ? '2026-09' : 'v3'
    else switches[name] = value
    const usual = name === 'version' ? 'v3' : POSITIONS[name as keyof Switches]?.[0]
    if (value !== usual) words.push(name === 'version' ? String(value) : `${name} ${String(value)}`)
  }
  return { name: words.join(', ') || 'as documented', version, switches }
}

/** Greedy: each row takes, dimension by dimension, the position that covers most pairs that are still open. */
function pairwise(dimensions: readonly Position[][]): Position[][] {
  const open = new Set<string>()
  const pair = (a: Position, b: Position): string =>
    [a, b]
      .map(each => JSON.stringify(each))
      .sort()
      .join()
  for (const [index, some] of dimensions.entries()) {
    for (const others of dimensions.slice(index + 1)) {
      for (const a of some) for (const b of others) open.add(pair(a, b))
    }
  }
  const rows: Position[][] = []
  while (open.size > 0) {
    const row: Position[] = []
    for (const positions of dimensions) {
      const gain = (position: Position): number => row.filter(chosen => open.has(pair(chosen, position))).length
      const left = (position: Position): number => {
        const text = JSON.stringify(position)
        return [...open].filter(each => each.includes(text)).length
      }
      const best = [...positions].sort((a, b) => gain(b) - gain(a) || left(b) - left(a))[0]
      if (best) row.push(best)
    }
    const before = open.size
    for (const [index, a] of row.entries()) for (const b of row.slice(index + 1)) open.delete(pair(a, b))
    // The first row is the portal as documented; should greed ever cover nothing new, name the pair itself.
    if (open.size === before) {
      const [missing] = open
      const forced = dimensions.map(
        positions => positions.find(position => missing?.includes(JSON.stringify(position))) ?? positions[0],
      )
      rows.push(forced.filter(position => position !== undefined))
      for (const [index, a] of (rows.at(-1) ?? []).entries())
        for (const b of (rows.at(-1) ?? []).slice(index + 1)) open.delete(pair(a, b))
    } else rows.push(row)
  }
  return rows
}
