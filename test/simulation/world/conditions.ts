import type { AttributeValue } from '@aws-sdk/client-dynamodb'

/** An item as DynamoDB keeps it. Never changed: a write replaces it. */
export type Item = Readonly<Record<string, AttributeValue>>

/** What the placeholders of an expression stand for. */
export interface Placeholders {
  readonly names: Readonly<Record<string, string>>
  readonly values: Readonly<Record<string, AttributeValue>>
}

/** Whether an item (`{}`: there is none) meets a condition. */
type Test = (item: Item, given: Placeholders) => boolean
type Operand = (item: Item, given: Placeholders) => AttributeValue | undefined

const parsed = new Map<string, Test>()

/**
 * Understands DynamoDB's conditions as far as the functions use them: comparisons, `attribute_exists`,
 * `attribute_not_exists`, `size`, `begins_with`, `BETWEEN`, `AND`, `OR`, `NOT` and brackets.
 * @throws Error for anything else
 */
export function holds(condition: string, item: Item, given: Placeholders): boolean {
  let test = parsed.get(condition)
  if (!test) {
    test = new Parser(condition).parse()
    parsed.set(condition, test)
  }
  return test(item, given)
}

class Parser {
  readonly #text: string
  readonly #words: string[]
  #place = 0

  constructor(text: string) {
    this.#text = text
    this.#words = text.match(/[#:]?[\w.]+|<>|<=|>=|[=<>(),]/g) ?? []
  }

  parse(): Test {
    const test = this.#or()
    if (this.#place < this.#words.length) this.#fail()
    return test
  }

  #or(): Test {
    const first = this.#and()
    if (!this.#takes('OR')) return first
    const second = this.#or()
    return (item, given) => first(item, given) || second(item, given)
  }

  #and(): Test {
    const first = this.#not()
    if (!this.#takes('AND')) return first
    const second = this.#and()
    return (item, given) => first(item, given) && second(item, given)
  }

  #not(): Test {
    if (!this.#takes('NOT')) return this.#single()
    const test = this.#not()
    return (item, given) => !test(item, given)
  }

  #single(): Test {
    if (this.#takes('(')) {
      const test = this.#or()
      this.#expect(')')
      return test
    }
    if (this.#takes('attribute_exists')) {
      const [operand] = this.#operands(1)
      return (item, given) => operand?.(item, given) !== undefined
    }
    if (this.#takes('attribute_not_exists')) {
      const [operand] = this.#operands(1)
      return (item, given) => operand?.(item, given) === undefined
    }
    if (this.#takes('begins_with')) {
      const [whole, start] = this.#operands(2)
      return (item, given) => (whole?.(item, given)?.S ?? '').startsWith(start?.(item, given)?.S ?? '\0')
    }
    return this.#comparison()
  }

  #comparison(): Test {
    const left = this.#operand()
    const operator = this.#next()
    if (operator === 'BETWEEN') {
      const low = this.#operand()
      this.#expect('AND')
      const high = this.#operand()
      return (item, given) => {
        const value = left(item, given)
        return compare(value, low(item, given)) >= 0 && compare(value, high(item, given)) <= 0
      }
    }
    const right = this.#operand()
    const decide = DECIDE.get(operator)
    if (!decide) return this.#fail()
    return (item, given) => decide(compare(left(item, given), right(item, given)))
  }

  #operands(count: number): Operand[] {
    this.#expect('(')
    const operands: Operand[] = []
    for (let index = 0; index < count; index++) {
      if (index > 0) this.#expect(',')
      operands.push(this.#operand())
    }
    this.#expect(')')
    return operands
  }

  #operand(): Operand {
    if (this.#takes('size')) {
      const [operand] = this.#operands(1)
      return (item, given) => sizeOf(operand?.(item, given))
    }
    const word = this.#next()
    if (word.startsWith(':')) return (_, { values }) => values[word]
    if (word.startsWith('#')) return (item, { names }) => item[names[word] ?? '']
    return item => item[word]
  }

  #takes(word: string): boolean {
    if (this.#words[this.#place] !== word) return false
    this.#place += 1
    return true
  }

  #next(): string {
    const word = this.#words[this.#place]
    this.#place += 1
    return word ?? this.#fail()
  }

  #expect(word: string): void {
    if (!this.#takes(word)) this.#fail()
  }

  #fail(): never {
    throw new Error(`The table in memory does not understand the condition "${this.#text}"`)
  }
}

const DECIDE: ReadonlyMap<string, (order: number) => boolean> = new Map([
  ['=', order => order === 0],
  ['<>', order => order !== 0],
  ['<', order => order < 0],
  ['<=', order => order <= 0],
  ['>', order => order > 0],
  ['>=', order => order >= 0],
])

/** NaN, which no comparison but `<>` accepts, where one of them is missing or they are of different types. */
export function compare(a: AttributeValue | undefined, b: AttributeValue | undefined): number {
  if (a?.N !== undefined && b?.N !== undefined) return Number(a.N) - Number(b.N)
  if (a?.S !== undefined && b?.S !== undefined) return a.S < b.S ? -1 : a.S > b.S ? 1 : 0
  if (a?.BOOL !== undefined && b?.BOOL !== undefined) return Number(a.BOOL) - Number(b.BOOL)
  return Number.NaN
}

function sizeOf(value: AttributeValue | undefined): AttributeValue | undefined {
  const size = value?.SS?.length ?? value?.L?.length ?? value?.B?.length ?? value?.S?.length
  return size === undefined ? undefined : { N: String(size) }
}
