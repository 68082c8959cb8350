import * as v from 'valibot'

/** What the API answers, as far as the console reads it. */

const texts = v.record(v.string(), v.string())
const optionalText = v.nullable(v.string())

export const status = v.object({
  due: v.number(),
  dueByKind: v.record(v.string(), v.number()),
  waiting: v.number(),
  verifying: v.number(),
  conflicts: v.number(),
  rejected: v.number(),
  parked: v.number(),
  oldestDueAgeSeconds: v.number(),
  pauses: v.array(v.object({ capability: v.string(), reason: v.string(), until: v.string() })),
})
export type Status = v.InferOutput<typeof status>

const line = v.array(v.nullable(v.number()))
export const metrics = v.object({
  from: v.string(),
  periodSeconds: v.number(),
  callsPerPeriod: v.number(),
  askAgainSeconds: v.number(),
  series: v.record(v.string(), line),
})
export type Metrics = v.InferOutput<typeof metrics>

const party = { userId: v.optional(v.nullable(v.string())), lead: v.optional(v.string()) }
export type Party = { readonly userId?: string | null | undefined; readonly lead?: string | undefined }

export const conflicts = v.object({
  conflicts: v.array(
    v.object({
      ...party,
      vid: optionalText,
      email: optionalText,
      with: v.nullable(v.object({ ...party, vid: optionalText })),
      since: optionalText,
      reason: v.string(),
      canSplit: v.boolean(),
      resolves: v.string(),
      nextProbe: optionalText,
    }),
  ),
  next: optionalText,
})
export type Conflict = v.InferOutput<typeof conflicts>['conflicts'][number]

export const parked = v.object({
  parked: v.array(
    v.object({
      ...party,
      id: v.string(),
      at: v.string(),
      reason: v.string(),
      type: optionalText,
      bytes: v.number(),
      readable: v.boolean(),
    }),
  ),
  next: optionalText,
})
export type ParkedEvent = v.InferOutput<typeof parked>['parked'][number]

const problem = v.object({ property: v.string(), code: v.string(), message: v.string() })

export const problems = v.object({
  problems: v.array(
    v.object({
      ...party,
      kind: v.string(),
      state: v.string(),
      object: v.optional(v.string()),
      event: v.optional(v.string()),
      problems: v.array(problem),
      nextProbe: optionalText,
    }),
  ),
  next: optionalText,
})
export type Trouble = v.InferOutput<typeof problems>['problems'][number]

export const user = v.object({
  userId: v.string(),
  vid: optionalText,
  status: v.string(),
  email: optionalText,
  problems: v.array(problem),
  updatedAt: v.string(),
  waiting: v.optional(v.record(v.string(), v.number())),
})
export type User = v.InferOutput<typeof user>

const call = v.object({
  kind: v.string(),
  subject: v.optional(v.string()),
  exchange: v.nullable(
    v.object({
      operation: v.string(),
      method: v.string(),
      path: v.string(),
      status: v.optional(v.number()),
      correlationId: v.optional(v.string()),
      at: v.string(),
      duration: v.number(),
    }),
  ),
  inputs: v.number(),
  causes: v.array(
    v.object({
      event: v.string(),
      happenedAt: v.string(),
      receivedAt: v.string(),
      changes: v.record(v.string(), v.number()),
    }),
  ),
  sent: texts,
  answer: v.object({
    kind: v.string(),
    vid: v.optional(v.string()),
    message: v.optional(v.string()),
    properties: v.optional(texts),
  }),
})
export type Call = v.InferOutput<typeof call>

const round = v.object({
  at: v.string(),
  calls: v.array(call),
  settled: v.array(v.object({ kind: v.string(), state: v.string(), version: v.number(), problems: texts })),
})
export type Round = v.InferOutput<typeof round>

const event = v.object({
  event: v.string(),
  happenedAt: v.string(),
  receivedAt: v.string(),
  changes: v.array(v.object({ property: v.string(), version: v.number(), delivered: v.boolean() })),
  refused: v.array(v.object({ property: v.string(), message: v.string() })),
})
export type EventIn = v.InferOutput<typeof event>

export const timeLine = v.object({
  userId: v.string(),
  ids: v.array(v.string()),
  now: v.nullable(
    v.object({
      version: v.number(),
      deliveredVersion: v.number(),
      lane: optionalText,
      nextLook: optionalText,
      conflictSince: optionalText,
      deletedAt: optionalText,
      settledAt: optionalText,
    }),
  ),
  events: v.array(event),
  belongings: v.array(
    v.object({
      kind: v.string(),
      subject: optionalText,
      at: v.string(),
      lane: optionalText,
      nextLook: optionalText,
      problem: optionalText,
    }),
  ),
  rounds: v.array(round),
  next: v.nullable(v.number()),
  callLog: v.object({ of: v.string(), days: v.number() }),
})
export type TimeLine = v.InferOutput<typeof timeLine>

export const found = v.object({
  found: v.array(v.object({ ...party, by: v.string(), vid: optionalText, status: v.string(), email: optionalText })),
})

export const refusal = v.object({ error: v.string() })
export const done = v.looseObject({ steps: v.optional(v.array(v.string())) })
