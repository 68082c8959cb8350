import { onTestFinished } from 'vitest'
import { createHubSpot, type HubSpotOptions, type HubSpotSimulator } from '../../local/hubspot/index.ts'

/** One object of an answer. */
export interface Shown {
  readonly id: string
  readonly properties: Record<string, string | null>
  readonly archived: boolean
  readonly createdAt: string
  readonly updatedAt: string
  readonly objectWriteTraceId?: string
  readonly new?: boolean
  readonly warnings?: readonly { category: string; context: Record<string, string> }[]
}

interface ShownError {
  readonly status: string
  readonly category: string
  readonly message: string
  readonly context: Record<string, string[]>
}

/** Any answer's body: what a test looks at, it expects to be there. */
export interface Body extends Shown {
  readonly status: string
  readonly message: string
  readonly category: string
  readonly subCategory: string
  readonly correlationId: string
  readonly policyName: string
  readonly errorType: string
  readonly context: Record<string, string[]>
  readonly results: readonly Shown[]
  readonly numErrors: number
  readonly errors: readonly (ShownError & { code: string })[]
  readonly total: number
  readonly paging: { next: { after: string } }
  readonly secondaryEmails: readonly string[]
  readonly portalId: number
  readonly name: string
  readonly hasUniqueValue: boolean
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Body
}

export interface OpenPortal {
  readonly hubspot: HubSpotSimulator
  readonly url: string
  /** With the token and JSON, unless `headers` say otherwise. */
  readonly call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>
  /** `POST /crm/v3/objects/contacts/batch/{action}` */
  readonly batch: (action: string, inputs: readonly unknown[], rest?: Record<string, unknown>) => Promise<Reply>
}

/** A simulator on a port of its own, with the unique property `user_id`, that ends with the test. */
export async function open(options: HubSpotOptions = {}): Promise<OpenPortal> {
  const hubspot = createHubSpot(options)
  hubspot.defineProperty({ name: 'user_id', hasUniqueValue: true })
  const { url, close } = await hubspot.listen()
  onTestFinished(close)
  const call: OpenPortal['call'] = async (method, path, body, headers) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: 'Bearer local', 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json')
    return { status: response.status, headers: response.headers, text, body: text && isJson ? JSON.parse(text) : {} }
  }
  const batch: OpenPortal['batch'] = (action, inputs, rest = {}) =>
    call('POST', `${CONTACTS}/batch/${action}`, { inputs, ...rest })
  return { hubspot, url, call, batch }
}

export const CONTACTS = '/crm/v3/objects/contacts'
export const CONTACTS_2026 = '/crm/objects/2026-09/contacts'

/** Inputs that each have a trace id: t0, t1, … */
export const traced = <T extends object>(inputs: readonly T[]) =>
  inputs.map((input, index) => ({ ...input, objectWriteTraceId: `t${index}` }))

/** A clock that stands until it is moved. */
export function createManualClock(start = Date.parse('2026-11-21T12:00:00Z')) {
  let now = start
  let sleepers: { until: number; wake: () => void }[] = []
  return {
    now: () => now,
    sleep: (milliseconds: number) =>
      new Promise<void>(wake => {
        sleepers.push({ until: now + milliseconds, wake })
      }),
    advance: async (milliseconds: number) => {
      now += milliseconds
      const due = sleepers.filter(({ until }) => until <= now)
      sleepers = sleepers.filter(({ until }) => until > now)
      for (const { wake } of due) wake()
      await Promise.resolve()
    },
  }
}
