import type { Config } from '../config.ts'
import type { Stamp } from '../event.ts'
import type { InputError } from '../hubspot.ts'
import type { Association, HubSpotObject } from '../hubspot-objects.ts'
import type { ContactRecord, Delivered, Problem } from '../record.ts'
import type { Millis, RecordKey, Vid } from '../types.ts'

/**
 * One record that is no contact's, in one round: the record as read, what its delivery side has become, and what HubSpot
 * has said of it since. Deciding is a function of this and of what is known of the portal and of its owner.
 */
export interface Task {
  readonly record: ContactRecord
  delivered: Delivered
  readonly facts: TaskFacts
}

export interface TaskFacts {
  /** Registers that HubSpot has taken in this round. */
  readonly told: Set<string>
  /** Registers that HubSpot has refused in this round, or has no place for yet, and why. */
  readonly refused: Map<string, Problem>
  /** Why nothing more of the record can be told now. */
  trouble?: NonNullable<Delivered['problem']>
  /** Of a link: HubSpot's ids of objects from which the contact has been dissociated, and the associations that it has. */
  readonly parted: Set<string>
  associations?: readonly Association[]
  /** Of an object: what HubSpot has under its unique value, or `null`. */
  found?: HubSpotObject | null
  /** Of an object: what a search has found that may be taken over, each read back; and whether one was searched for. */
  hits?: readonly HubSpotObject[]
  searched?: readonly string[]
}

export const newTask = (record: ContactRecord): Task => ({
  record,
  delivered: record.delivered,
  facts: { told: new Set(), refused: new Map(), parted: new Set() },
})

/** What every decision rests on. */
export interface Moment {
  readonly config: Config
  readonly now: Millis
}

/** What of one record goes into one call. */
export interface Input {
  readonly task: Task
  /** Inputs of the same batch go together, as many as a call takes. */
  readonly batch: string
  /** No call has two inputs of the same id. */
  readonly id: string
  /** Of two inputs of one id that say the same thing differently, the newer one counts. */
  readonly stamp: Stamp | undefined
  /** Registers that the call tells; none: it only asks. */
  readonly tells: readonly string[]
  /** What HubSpot names it by in an error: its trace; or ids, all of which it names. */
  readonly trace?: string
  readonly names?: readonly string[]
}

/** What became of one input. In none: HubSpot has left it out of its answer. */
export type Fate =
  | {
      readonly is: 'done'
      readonly objects?: readonly HubSpotObject[]
      readonly associations?: readonly Association[]
    }
  | { readonly is: 'refused'; readonly error: InputError }
export type Fates<I extends Input> = ReadonlyMap<I, Fate>

/** What to do next for one record. */
export type Step<I extends Input> =
  | { readonly do: 'call'; readonly inputs: readonly I[] }
  /** Everything is told that can be; the ending says what is held back. */
  | { readonly do: 'settle'; readonly ending: Ending }
  /** Not before the owner's contact has been brought up to date. */
  | { readonly do: 'later' }
  /** What it needs to know cannot be had now: it stays due as it is. */
  | { readonly do: 'leave' }
  /** There is nobody to tell it of any more, or it has waited too long. */
  | { readonly do: 'drop'; readonly why: 'gone' | 'expired' }

/** How a record's round ends. */
export interface Ending {
  /** What stands in the way of the record as a whole. Absent: all is told but what `withheld` names. */
  readonly trouble?: NonNullable<Delivered['problem']>
  readonly withheld?: Delivered['withheld']
  /** For which contact or address it has been told, and to which object it leads; `''`: to none. */
  readonly told?: Partial<Pick<Delivered, 'vid' | 'email' | 'linked' | 'sent'>>
  /** It waits for a contact of its owner’s, whose coming wakes it. */
  readonly woken?: true
  /** Told now: the table forgets the record, days later. */
  readonly forGood?: true
}

/** What is missing in HubSpot, in words that say what to do about it. */
export const waitingFor = (message: string): Problem & { readonly code: 'waiting' } => ({ code: 'waiting', message })

/** Whether a write of the record that nobody answered for is to be repeated now. */
export const isUnsure = ({ record, delivered, facts }: Task, register: string, now: Millis): boolean =>
  delivered.suspects.includes(register) &&
  !facts.told.has(register) &&
  (record.verify > delivered.verified || delivered.looks.some(at => at <= now))

/** The owner of a belonging, as far as telling HubSpot of it is concerned. */
export type Owner =
  /** `busy`: newer values of the contact are about to be sent. */
  | {
      readonly is: 'known'
      readonly key: RecordKey
      readonly vid: Vid
      readonly record: ContactRecord
      readonly busy: boolean
    }
  /** `absent`: there is no contact of theirs yet. */
  | { readonly is: 'unknown'; readonly why: string; readonly absent?: true }
  /** Their contact is deleted; by the product when `since` says so, and then they may come back. */
  | { readonly is: 'gone'; readonly since?: Millis }
