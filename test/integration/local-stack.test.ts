import { beforeAll, describe, expect, test } from 'vitest'
import { synthesize, type Template } from '../../cdk/synthesize.ts'
import { readStack, type Stack } from '../../local/stack.ts'

let template: Template
beforeAll(() => {
  template = synthesize()
})

const without = (id: string): Template => {
  const { [id]: removed, ...Resources } = template.Resources
  if (!removed) throw new Error(`the stack has no ${id} to take away`)
  return { Resources }
}

const withoutAny = (type: string, which: (text: string) => boolean = () => true): Template => ({
  Resources: Object.fromEntries(
    Object.entries(template.Resources).filter(([, each]) => each.Type !== type || !which(JSON.stringify(each))),
  ),
})

describe('the stack as the local run reads it', () => {
  let stack: Stack
  beforeAll(() => {
    stack = readStack(template)
  })

  test('names the queue in a function’s environment as the queue itself is named', () => {
    const events = stack.queues.find(queue => queue.id === 'Events')

    const environment = stack.functions.get('receive')?.environment

    expect(environment?.EVENTS_QUEUE_URL).toBe(events?.url)
    expect(events?.name).toBe('Events.fifo')
  })

  test('leads dead letters to the queue that is there for them', () => {
    const deadLetters = stack.queues.find(queue => queue.id === 'EventsDeadLetters')

    const redrive = stack.queues.find(queue => queue.id === 'Events')?.attributes.RedrivePolicy

    expect(JSON.parse(redrive ?? '{}').deadLetterTargetArn).toBe(deadLetters?.arn)
  })

  test('feeds record in tens and deliver one by one, both with partial failures', () => {
    const sizes = stack.mappings.map(mapping => [mapping.queue.id, mapping.function, mapping.batchSize])

    expect(sizes).toEqual([
      ['Events', 'record', 10],
      ['WakeUps', 'deliver', 1],
    ])
    expect(stack.mappings.every(mapping => mapping.reportBatchItemFailures)).toBe(true)
  })

  test('routes questions to lookup and all else to receive', () => {
    const functionOf = (key: string) => stack.routes.find(route => route.key === key)?.function

    expect(functionOf('GET /v1/users/{userId+}')).toBe('lookup')
    expect(functionOf('POST /v1/identify')).toBe('receive')
    expect(functionOf('$default')).toBe('receive')
  })

  test('runs sweep every minute', () => {
    expect(stack.schedules).toEqual([{ function: 'sweep', every: 60_000 }])
  })

  test('has the table with its index of due work and its time to live', () => {
    expect(stack.table.key.map(part => part.attribute)).toEqual(['pk', 'sk'])
    expect(stack.table.indexes.map(index => index.name)).toContain('due')
    expect(stack.table.timeToLive).toBe('expiresAt')
  })
})

describe('a stack that lacks something is refused in one sentence that names it:', () => {
  test.each([
    ['the queue of events', () => without('Events'), /^The stack has no queue Events: receive has nowhere/],
    ['the queue of wake-ups', () => without('WakeUps'), /^The stack has no queue WakeUps/],
    ['the dead-letter queue', () => without('EventsDeadLetters'), /EventsDeadLetters/],
    [
      'the mapping to record',
      () => without('EventsToRecord'),
      /no event source mapping that feeds record from .*Events/,
    ],
    ['the mapping to deliver', () => without('WakeUpsToDeliver'), /feeds deliver from the queue WakeUps/],
    ['the table', () => without('Table'), /Table/],
    ['a function', () => without('Sweep'), /function sweep|Sweep/],
    ['the schedule', () => withoutAny('AWS::Events::Rule'), /no schedule that runs sweep/],
    [
      'a route',
      () => withoutAny('AWS::ApiGatewayV2::Route', text => text.includes('"GET /v1/status"')),
      /no route GET \/v1\/status/,
    ],
  ])('%s', (_what, take, sentence) => {
    const lacking = take()

    expect(() => readStack(lacking)).toThrow(sentence)
  })
})
