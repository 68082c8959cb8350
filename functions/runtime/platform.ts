import type { Millis } from '../core/types.ts'

/** Time. Everything that waits or dates something asks here, so that the whole system can run on a virtual clock. */
export interface Clock {
  /** The date: may jump. */
  now(): Millis
  /** For durations and deadlines: never jumps, starts anywhere. */
  monotonic(): Millis
  sleep(duration: Millis): Promise<void>
}

/** Randomness, so that a run can be repeated. */
export interface Random {
  /** Uniform in [0, 1). */
  number(): number
  /** 16 characters that nobody else has: trace ids, call ids, deduplication ids. */
  id(): string
}

/** Structured logs. Fields never hold secrets, user ids, emails or property values: `fingerprint` makes ids loggable. */
export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** Names the invocation in every line from now on. */
  begin?(requestId: string): void
}
export type LogFields = Readonly<Record<string, string | number | boolean | undefined | readonly string[]>>

/** The metrics that alarms and the dashboard stand on, with their units. One namespace a stage: `vidsync/<stage>`. */
export const METRICS = {
  EventsAccepted: 'Count',
  EventsRejected: 'Count',
  RequestsRefused: 'Count',
  QueueRefusals: 'Count',
  EventsFolded: 'Count',
  EventsUnchanged: 'Count',
  EventsParked: 'Count',
  EventsUnused: 'Count',
  EventsFiltered: 'Count',
  UsersNoticed: 'Count',
  HubSpotCalls: 'Count',
  HubSpotThrottled: 'Count',
  HubSpotUnauthorized: 'Count',
  HubSpotForbids: 'Count',
  HubSpotUnavailable: 'Count',
  HubSpotCallTime: 'Milliseconds',
  HubSpotDailyBudget: 'Percent',
  BatchFill: 'Count',
  ContactsCreated: 'Count',
  ContactsUpdated: 'Count',
  ContactsAdopted: 'Count',
  ContactsMerged: 'Count',
  ObjectsWritten: 'Count',
  AssociationsChanged: 'Count',
  MembershipsChanged: 'Count',
  ConsentsWritten: 'Count',
  EventsSent: 'Count',
  EventsDropped: 'Count',
  EventsExpired: 'Count',
  EventPropertiesLeftOut: 'Count',
  DeliveriesPaused: 'Count',
  RecordsQuarantined: 'Count',
  DeliveryLatency: 'Milliseconds',
  OldestDueAge: 'Seconds',
  DueRecords: 'Count',
  VerifyingRecords: 'Count',
  WaitingRecords: 'Count',
  ConflictRecords: 'Count',
  RejectedRecords: 'Count',
  ParkedEvents: 'Count',
  Sweeps: 'Count',
} as const
export type MetricName = keyof typeof METRICS

export interface Metrics {
  /** Adds a sample of `name` in the unit that `METRICS` gives it. */
  add(name: MetricName, value: number): void
  /** Writes out what was added; at the end of every invocation. */
  publish?(): void
}

/** What must be kept from everybody. Deployed: one JSON secret. Locally: the environment. */
export interface SecretValues {
  readonly hubspotAccessToken: string
  /** Any of these posts events. Several at once, so that they can be rotated. */
  readonly writeKeys: readonly string[]
  /** Any of these reads and deletes. */
  readonly adminKeys: readonly string[]
  /** Standard Webhooks secrets; empty: signed requests are not accepted. */
  readonly signingSecrets: readonly string[]
  /** Client secrets of the HubSpot app that sends webhooks; empty: HubSpot's webhooks are not accepted. */
  readonly webhookSecrets: readonly string[]
  /** Any of these proves to the front-end gate that a page speaks for its user; empty: no page gets an answer. */
  readonly identitySecrets: readonly string[]
}

export interface Secrets {
  /** Cached for five minutes; `refresh` reads anew, at most once a minute. */
  read(options?: { refresh?: boolean }): Promise<SecretValues>
}

/** What every function needs of the place where it runs. */
export interface Platform {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly metrics: Metrics
  readonly secrets: Secrets
}

/** A function's environment variables, as its stack sets them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Reads a variable that must be set. @throws Error naming the variable. */
export function required(environment: Environment, name: string): string {
  const value = environment[name]
  if (!value) throw new Error(`The environment variable ${name} is not set; the stack sets it, so deploy it again.`)
  return value
}
