import type { Config } from '../core/config.ts'
import type { AliasEvent, UserEvent } from '../core/event.ts'
import { type Foldable, statementOf } from '../core/folding/statement.ts'
import { isBelonging, kindOf } from '../core/keys.ts'
import { callOf } from '../core/mapping/call.ts'
import { judge } from '../core/mapping/filter.ts'
import { type Saying, sayingsOf } from '../core/mapping/saying.ts'
import type { BelongingKey, RecordKey } from '../core/types.ts'

/** What an event says of one record. */
export interface Part {
  readonly event: UserEvent
  readonly says: Foldable
}

/** What a user's events say, by the records of which they say it. */
export interface Parts {
  /** Of the user, in the order of the queue. */
  readonly person: readonly (Part | AliasEvent)[]
  readonly belongings: ReadonlyMap<BelongingKey, readonly Part[]>
  /** Objects, of which other users may speak as well. */
  readonly objects: ReadonlyMap<RecordKey, readonly Part[]>
  /** What nobody can make anything of, and why. */
  readonly unfit: readonly { readonly event: UserEvent; readonly reason: string }[]
  /** Of how many events the configuration makes nothing. */
  readonly unused: number
  /** What its filter leaves out. */
  readonly leftOut: ReadonlySet<UserEvent>
  /** How many events the filter cannot judge. */
  readonly unjudged: number
}

/** Divides a user's events. A function of the events and the configuration alone. */
export function partsOf(events: readonly UserEvent[], config: Config): Parts {
  const person: (Part | AliasEvent)[] = []
  const belongings = new Map<BelongingKey, Part[]>()
  const objects = new Map<RecordKey, Part[]>()
  const unfit: { event: UserEvent; reason: string }[] = []
  const leftOut = new Set<UserEvent>()
  let unused = 0
  let unjudged = 0

  const add = (event: UserEvent, saying: Saying): void => {
    const { key } = saying
    const part = { event, says: statementOf(event, saying) }
    const nameless = kindOf(key) === 'event' && saying.occurrence === undefined
    if (nameless) unfit.push({ event, reason: reasonIn(saying) })
    else if (isBelonging(key)) belongings.set(key, [...(belongings.get(key) ?? []), part])
    else if (key === event.key) person.push(part)
    else objects.set(key, [...(objects.get(key) ?? []), part])
  }
  for (const event of events) {
    if (event.type === 'alias') person.push(event)
    else if (event.type === 'delete' || event.type === 'split') person.push({ event, says: event })
    else {
      try {
        const verdict = judge(callOf(event), config)
        if (verdict === 'left out') {
          leftOut.add(event)
          continue
        }
        if (verdict === 'unjudged') unjudged += 1
        const sayings = sayingsOf(event, config)
        for (const saying of sayings) add(event, saying)
        if (sayings.length === 0) unused += 1
      } catch (error) {
        unfit.push({ event, reason: `mapping failed: ${error instanceof Error ? error.name : 'unknown'}` })
      }
    }
  }
  return { person, belongings, objects, unfit, unused, leftOut, unjudged }
}

function reasonIn({ wishes }: Saying): string {
  const [[what, wish] = []] = wishes
  return wish && 'unfit' in wish ? `the ${what} of the event ${wish.unfit}` : 'the event has no name'
}
