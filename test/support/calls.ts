import type { Config } from '../../functions/core/config.ts'
import { type Saying, sayingsOf } from '../../functions/core/mapping/saying.ts'
import type { Wish } from '../../functions/core/mapping/wish.ts'
import { readEvent, type SentEvent } from '../../functions/core/parse/event.ts'
import type { Json, RecordKey } from '../../functions/core/types.ts'
import { NOON } from './records.ts'

type RawCall = { readonly [name: string]: Json }

/** A call as a library sends it, as `receive` puts it on the queue. */
export function eventFrom(call: RawCall, receivedAt = NOON): SentEvent {
  const complete = { userId: '019mr8mf4r', messageId: 'message-1', ...call }
  return readEvent(undefined, complete, 0, { receivedAt, source: 'test', newId: () => 'new-id' }).event
}

export const sayingsFrom = (call: RawCall, config: Config): readonly Saying[] => sayingsOf(eventFrom(call), config)

/** Values by register, by record; what is unfit as `✗ why`. */
export function saidBy(call: RawCall, config: Config): Record<string, Record<string, unknown>> {
  return Object.fromEntries(sayingsFrom(call, config).map(({ key, wishes }) => [shortened(key), valuesOf(wishes)]))
}

const valuesOf = (wishes: ReadonlyMap<string, Wish>): Record<string, unknown> =>
  Object.fromEntries([...wishes].map(([name, wish]) => [name, 'unfit' in wish ? `✗ ${wish.unfit}` : wish.value]))

/** An event's hash says nothing to a reader. */
const shortened = (key: RecordKey): string => key.replace(/^event#[^@]+/, 'event')
