/**
 * The calls of the Segment specification, and whether this version syncs them. To add one: say so here, and write its
 * reader beside `identify.ts`.
 */
const CALLS = {
  identify: { synced: true },
  track: { synced: false },
  group: { synced: false },
  alias: { synced: true },
  page: { synced: false },
  screen: { synced: false },
} as const satisfies Readonly<Record<string, { readonly synced: boolean }>>

export type CallType = keyof typeof CALLS
/** What a request may be posted as. */
export type RequestType = CallType | 'batch'

/** All of them: each is a path of its own. */
export const REQUEST_TYPES: readonly string[] = [...Object.keys(CALLS), 'batch']

type CallsWhere<Synced> = { [Call in CallType]: (typeof CALLS)[Call]['synced'] extends Synced ? Call : never }[CallType]
export type SyncedCall = CallsWhere<true>

export const isCall = (name: string): name is CallType => Object.hasOwn(CALLS, name)
export const isSynced = (call: CallType): call is SyncedCall => CALLS[call].synced
export const isRequestType = (name: string): name is RequestType => name === 'batch' || isCall(name)
