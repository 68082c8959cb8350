import type { IdentifyEvent } from '../../functions/core/event.ts'
import { readEvent } from '../../functions/core/parse/event.ts'
import type { JsonObject } from '../../functions/core/parse/json.ts'
import { Rejected } from '../../functions/core/parse/rejected.ts'
import { systemRandom } from '../../functions/runtime/system.ts'
import { Unusable } from '../rows/call.ts'
import type { Row } from '../rows/row.ts'

/** A row that can be sent, or why it cannot. */
export type Judged = { readonly call: JsonObject; readonly event: IdentifyEvent } | { readonly reason: string }

/** As `receive` will judge the call: by the same code. */
export function judge(row: Row, callOf: (row: Row) => JsonObject): Judged {
  try {
    const call = callOf(row)
    const { event } = readEvent('identify', call, 0, RECEPTION)
    return event.type === 'identify' ? { call, event } : { reason: 'is no identify call' }
  } catch (error) {
    if (error instanceof Rejected || error instanceof Unusable) return { reason: error.message }
    throw error
  }
}

/** Nobody gets these events: it only matters whether they can be read. */
const RECEPTION = { receivedAt: Date.now(), source: 'backfill', newId: systemRandom.id }
