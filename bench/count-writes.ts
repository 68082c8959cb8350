import type { AttributeValue, DynamoDBClient, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-dynamodb'
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { type ItemKind, type ItemWrite, itemKind } from '../functions/store/item-write.ts'
import { itemSize } from './item-size.ts'

type Item = Readonly<Record<string, AttributeValue>>

/** What is billed is computed here, not asked for: dynalite does not bill writes to indexes. */
export interface TableTally {
  /** Write requests, refused ones included: what they cost is the same. */
  writes: number
  refused: number
  indexWrites: number
  /** Write units of the table and of the index. */
  writeUnits: number
  indexWriteUnits: number
  /** Bytes of the items written, as they then stood. */
  bytes: number
  largest: number
}

export interface TableCount {
  readonly kinds: ReadonlyMap<ItemKind, Readonly<TableTally>>
  /** Of records, by what they are records of: `contact`, `object`, `link`, `lists`, `subscriptions`, `event`. */
  readonly records: ReadonlyMap<string, Readonly<TableTally>>
  readonly total: Readonly<TableTally>
  readonly readRequests: number
  readonly readUnits: number
  /** Starts anew, but remembers the items. */
  reset(): void
}

interface Known {
  readonly size: number
  readonly due: string | undefined
}

const KB = 1024

/**
 * Counts what clients ask of the table, by kind of item. All clients that write to a table must be counted together:
 * what a write does to the index depends on what was there.
 * @example const count = countWrites(client); …; count.total.writes / events
 */
export function countWrites(...clients: readonly DynamoDBClient[]): TableCount {
  const count = new Count()
  for (const client of clients) {
    client.middlewareStack.add(
      (next, context) => async args => {
        // Asking for the item makes its size known; whoever did not ask for it ignores it.
        const writes = operationOf(context.commandName)
        const input = writes
          ? { ...args.input, ReturnValues: writes }
          : { ...args.input, ReturnConsumedCapacity: 'TOTAL' }
        try {
          const result = await next({ ...args, input })
          count.answered(input, result.output)
          return result
        } catch (error) {
          if (error instanceof ConditionalCheckFailedException) count.refused(input)
          throw error
        }
      },
      { step: 'initialize', name: 'countWrites' },
    )
  }
  return count
}

function operationOf(command: string | undefined): 'ALL_NEW' | 'ALL_OLD' | undefined {
  if (command === 'UpdateItemCommand') return 'ALL_NEW'
  return command === 'PutItemCommand' || command === 'DeleteItemCommand' ? 'ALL_OLD' : undefined
}

class Count implements TableCount {
  kinds = new Map<ItemKind, TableTally>()
  records = new Map<string, TableTally>()
  total = emptyTally()
  readRequests = 0
  readUnits = 0
  readonly #items = new Map<string, Known>()

  reset(): void {
    this.kinds = new Map()
    this.records = new Map()
    this.total = emptyTally()
    this.readRequests = 0
    this.readUnits = 0
  }

  answered(input: ServiceInputTypes, output: ServiceOutputTypes): void {
    if ('Item' in input && input.Item) this.#wrote(input.Item, input.Item)
    else if ('UpdateExpression' in input && input.Key)
      this.#wrote(input.Key, 'Attributes' in output ? output.Attributes : undefined)
    else if ('Key' in input && input.Key && 'ReturnValues' in input) this.#wrote(input.Key, undefined)
    else this.#read(output)
  }

  refused(input: ServiceInputTypes): void {
    const key = 'Item' in input ? input.Item : 'Key' in input ? input.Key : undefined
    if (!key) return
    const size = this.#items.get(nameOf(key))?.size ?? 0
    this.#add(key, { refused: true, indexWrites: 0 }, size, 0)
  }

  #wrote(key: Item, item: Item | undefined): void {
    const name = nameOf(key)
    const before = this.#items.get(name)
    const after = item && { size: itemSize(item), due: item.lane && `${item.lane.S} ${item.dueAt?.N}` }
    if (after) this.#items.set(name, after)
    else this.#items.delete(name)
    const moved = before?.due !== after?.due
    const indexWrites = moved ? (before?.due && after?.due ? 2 : 1) : 0
    this.#add(key, { refused: false, indexWrites }, Math.max(before?.size ?? 0, after?.size ?? 0), after?.size ?? 0)
  }

  #add(key: Item, write: Omit<ItemWrite, 'kind'>, billed: number, size: number): void {
    const kind = itemKind(key.pk?.S ?? '')
    const tallies = [tallyOf(this.kinds, kind), this.total]
    if (kind === 'record') tallies.push(tallyOf(this.records, recordOf(key)))
    for (const sum of tallies) {
      sum.writes++
      sum.refused += write.refused ? 1 : 0
      sum.indexWrites += write.indexWrites
      sum.writeUnits += Math.max(1, Math.ceil(billed / KB))
      // An entry of the index is keys alone, far below 1 KB unless an id is very long.
      sum.indexWriteUnits += write.indexWrites
      sum.bytes += size
      sum.largest = Math.max(sum.largest, size)
    }
  }

  #read(output: ServiceOutputTypes): void {
    if (!('ConsumedCapacity' in output) || !output.ConsumedCapacity) return
    this.readRequests++
    for (const consumed of [output.ConsumedCapacity].flat()) {
      if ('CapacityUnits' in consumed) this.readUnits += consumed.CapacityUnits ?? 0
    }
  }
}

function emptyTally(): TableTally {
  return { writes: 0, refused: 0, indexWrites: 0, writeUnits: 0, indexWriteUnits: 0, bytes: 0, largest: 0 }
}

function tallyOf<Kind>(tallies: Map<Kind, TableTally>, kind: Kind): TableTally {
  const tally = tallies.get(kind) ?? emptyTally()
  tallies.set(kind, tally)
  return tally
}

/** What belongs to a contact lies beside it, under a sort key of its own. */
function recordOf({ pk, sk }: Item): string {
  const [whole = '', part = ''] = [pk?.S, sk?.S].map(key => key?.split('#', 1)[0])
  if (part !== 'record') return part
  return whole === 'object' ? whole : 'contact'
}

function nameOf(key: Item): string {
  return `${key.pk?.S}\n${key.sk?.S}`
}
