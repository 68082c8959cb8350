/** What identifies whose event it is, the strongest first (facts §9). */
export type Identifier = 'customMatchingId' | 'objectId' | 'email' | 'utk'

/** An event as it was sent. */
export interface SentEvent {
  /** Fully qualified. */
  readonly eventName: string
  readonly objectId?: string
  readonly email?: string
  readonly utk?: string
  readonly uuid?: string
  /** Milliseconds since 1970. */
  readonly occurredAt: number
  readonly properties: Readonly<Record<string, string>>
}

/** An event that HubSpot took. It never changes. */
export interface Occurrence extends SentEvent {
  /** 1, 2, … in the order in which they came. */
  readonly id: string
  readonly receivedAt: number
  readonly identifiedBy: Identifier
  /** Of its record: `0-1`. */
  readonly typeId: string
  /** Of the record that it belonged to when it came; absent: nobody's, as far as is known. */
  readonly recordId?: string
}
