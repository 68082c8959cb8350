/** The calls of the Segment specification. The reader of each is in a file beside this one. */
const CALLS = ['identify', 'track', 'group', 'alias', 'page', 'screen'] as const

export type CallType = (typeof CALLS)[number]
/** What a request may be posted as. */
export type RequestType = CallType | 'batch'

/** All of them: each is a path of its own. */
export const REQUEST_TYPES: readonly string[] = [...CALLS, 'batch']

export const isCall = (name: string): name is CallType => CALLS.some(call => call === name)
export const isRequestType = (name: string): name is RequestType => name === 'batch' || isCall(name)
