import type { Answer } from './hubspot.ts'
import type { Kind } from './keys.ts'
import type { DeliveryState } from './record.ts'
import type { ContactKey, Millis, Vid } from './types.ts'

/** One request to HubSpot as it went over the line. Holds no value of anybody's: ids and addresses in paths are left out. */
export interface Exchange {
  /** The name of the port's method: `updateContacts`. */
  readonly operation: string
  readonly method: string
  /** Without its query; vids stay, addresses become `…`. */
  readonly path: string
  /** Absent when no answer came. */
  readonly status?: number
  /** HubSpot's own name of the call, for its support. */
  readonly correlationId?: string
  readonly at: Millis
  readonly duration: Millis
}

/** An event from which values of a call came, and which of its properties they are. */
export interface Cause {
  /** `Stamp.id` of the event. */
  readonly event: string
  /** When it happened, and when it was received. */
  readonly time: Millis
  readonly receivedAt: Millis
  /** Property → the fold version at which the event's value became the newest. */
  readonly changes: Readonly<Record<string, number>>
}

/** What HubSpot answered for one record of a call. */
export interface Answered {
  readonly kind: Answer<unknown>['kind']
  /** The contact that was found, made or changed. */
  readonly vid?: Vid
  /** HubSpot's words, without values. */
  readonly message?: string
  /** Property → HubSpot's words about it. */
  readonly properties?: Readonly<Record<string, string>>
}

/** One call to HubSpot, as far as it concerned one record. */
export interface LoggedCall {
  readonly kind: Kind
  /** Of an event: its name in HubSpot; of a link: the object's. */
  readonly subject?: string
  /** Absent when nothing was sent. */
  readonly exchange?: Exchange
  /** How many records shared the call. */
  readonly inputs: number
  readonly causes: readonly Cause[]
  /** What was sent: property → value, masked as the setting asks for. */
  readonly sent: Readonly<Record<string, string>>
  readonly answer: Answered
}

/** What became of a record when its round ended. */
export interface Settled {
  readonly kind: Kind
  readonly state: DeliveryState
  /** Everything up to this fold version is in HubSpot, but for what is withheld. */
  readonly version: number
  /** Property → why its value is not in HubSpot. `''`: the whole. */
  readonly problems: Readonly<Record<string, string>>
}

/** All that one round of `deliver` did for one person. One item of the table. */
export interface LogEntry {
  readonly owner: ContactKey
  readonly at: Millis
  /** Tells entries of the same moment apart. */
  readonly id: string
  readonly calls: readonly LoggedCall[]
  readonly settled: readonly Settled[]
}

/** Where the call log is kept. What it does not keep costs nobody anything but the entry. */
export interface CallLogStore {
  /** @param expiresAt when the table forgets them. @returns how many could not be written. Never throws. */
  logCalls(entries: readonly LogEntry[], expiresAt: Millis): Promise<number>
  /** Erases whatever was logged of a person. */
  forgetCalls(owner: ContactKey): Promise<void>
}

/** The call log as it is read. */
export interface CallLogView {
  /** The newest entries of a person, newest first. Leaves out what has expired. @param before only older ones */
  readCallLog(owner: ContactKey, limit: number, before?: Millis): Promise<LogEntry[]>
}
