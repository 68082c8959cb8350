import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sha256 } from '../../functions/core/digest.ts'
import type { IdentifyEvent } from '../../functions/core/event.ts'
import type { QueuedEvent } from '../../functions/core/queue.ts'
import { type UserId, userKey } from '../../functions/core/types.ts'
import { SqsEventQueue } from '../../functions/queues/event-queue.ts'
import { SqsQueueDepth } from '../../functions/queues/queue-depth.ts'
import { SqsRearm } from '../../functions/queues/rearm.ts'
import { SqsWakeUps } from '../../functions/queues/wake-ups.ts'
import { clientFor, startEmbeddedSqs, startFaultyProxy } from '../support/embedded-sqs.ts'
import { testPlatform } from '../support/platform.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

let sqs: Awaited<ReturnType<typeof startEmbeddedSqs>>
let proxy: Awaited<ReturnType<typeof startFaultyProxy>>
let queueUrl: string
let queueNumber = 0

beforeAll(async () => {
  sqs = await startEmbeddedSqs()
})
afterAll(() => sqs.stop())
beforeEach(async () => {
  proxy = await startFaultyProxy(sqs.endpoint)
  queueUrl = await sqs.createQueue(`events-${++queueNumber}.fifo`)
})
afterEach(() => proxy.stop())

const eventOf = (user: string, traits: IdentifyEvent['traits'] = {}): QueuedEvent => ({
  event: {
    type: 'identify',
    key: userKey(user as UserId),
    messageId: `message of ${user}`,
    stamp: { time: 1, receivedAt: 2, index: 0, id: 'id' },
    hash: 'hash',
    priority: 'live',
    traits,
  },
  deduplicationId: sha256(user),
})
const users = (count: number) => Array.from({ length: count }, (_, at) => eventOf(`u${at}`))
const eventQueue = (platform = testPlatform()) =>
  new SqsEventQueue({ ...platform, sqs: clientFor(proxy.url, { maxAttempts: 1 }), queueUrl })
const soon = () => performance.now() + 5000
const queuedUsers = async () => (await sqs.drain(queueUrl)).map(({ Body = '' }) => JSON.parse(Body).key).sort()

describe('the events queue', () => {
  test('takes each event as JSON, in the group of its record', async () => {
    const events = [eventOf('Zoë 🦊'), eventOf('b')]

    const unconfirmed = await eventQueue().send(events, soon())

    const messages = await sqs.drain(queueUrl)
    expect(unconfirmed).toEqual([])
    expect(messages.map(({ Body = '' }) => JSON.parse(Body))).toEqual(events.map(({ event }) => event))
    const groups = messages.map(({ Attributes }) => Attributes?.MessageGroupId ?? '')
    expect(new Set(groups).size).toBe(2)
    for (const group of groups) expect(group).toMatch(/^[\w-]{32}$/)
  })

  test('sends 105 events in batches of ten and confirms all', async () => {
    const unconfirmed = await eventQueue().send(users(105), soon())

    expect(unconfirmed).toEqual([])
    expect(proxy.seen.map(({ body }) => body.Entries?.length).sort()).toEqual([...Array(10).fill(10), 5].sort())
    expect(await queuedUsers()).toHaveLength(105)
  })

  test('keeps every batch within the 1 MiB that SQS takes, counted in bytes', async () => {
    const large = Array.from({ length: 10 }, (_, at) => eventOf(`u${at}`, { text: '€'.repeat(83_000) }))

    const unconfirmed = await eventQueue().send(large, soon())

    expect(unconfirmed).toEqual([])
    expect(proxy.seen.map(({ body }) => body.Entries?.length).sort()).toEqual([2, 4, 4])
  })

  test('takes characters that SQS refuses in a message', async () => {
    const odd = eventOf('odd', { text: 'a\u0000b\uFFFEc\uFFFFd\uD83E\uDD8A\u007F' })

    const unconfirmed = await eventQueue().send([odd], soon())

    const [message] = await sqs.drain(queueUrl)
    expect(unconfirmed).toEqual([])
    expect(JSON.parse(message?.Body ?? '')).toEqual(odd.event)
  })

  test('sends again only what SQS refused of a batch', async () => {
    proxy.faults.push({ kind: 'some refused', refuse: id => id === '3' || id === '7' })

    const unconfirmed = await eventQueue().send(users(10), soon())

    expect(unconfirmed).toEqual([])
    expect(proxy.seen.map(({ body }) => body.Entries?.map(({ Id }) => Id))).toEqual([
      ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
      ['3', '7'],
    ])
    expect(await queuedUsers()).toHaveLength(10)
  })

  test('sends again what got no answer, and keeps it one message', async () => {
    proxy.faults.push({ kind: 'answer lost' })

    const unconfirmed = await eventQueue().send(users(10), soon())

    expect(unconfirmed).toEqual([])
    expect(proxy.seen).toHaveLength(2)
    expect(await queuedUsers()).toHaveLength(10)
  })

  test.each([
    ['throttled', 400, { __type: 'com.amazonaws.sqs#RequestThrottled', message: 'slow down' }],
    ['unavailable', 503, { __type: 'ServiceUnavailable' }],
    ['failing', 500, 'not what the protocol says'],
  ])('goes on when SQS is %s', async (_, status, body) => {
    proxy.faults.push({ kind: 'answered', status, body }, { kind: 'answered', status, body })

    const unconfirmed = await eventQueue().send(users(1), soon())

    expect(unconfirmed).toEqual([])
    expect(proxy.seen).toHaveLength(3)
  })

  test('names what is not confirmed when time is up, and nothing else', async () => {
    const refuse = { kind: 'some refused', refuse: (id: string) => id === '12' } as const
    const refuseAlways = Array.from({ length: 200 }, () => refuse)
    proxy.faults.push(...refuseAlways)

    const unconfirmed = await eventQueue().send(users(15), performance.now() + 600)

    expect(unconfirmed).toEqual([12])
    proxy.faults.length = 0
    expect(await queuedUsers()).not.toContain('user#u12')
  })

  test('counts events as not confirmed when SQS hangs, and ends in time', async () => {
    proxy.faults.push({ kind: 'never answered' })
    const begun = performance.now()

    const unconfirmed = await eventQueue().send(users(3), begun + 500)

    expect(unconfirmed).toEqual([0, 1, 2])
    expect(performance.now() - begun).toBeLessThan(1500)
  })

  test('does not repeat what SQS says it will never take', async () => {
    proxy.faults.push({ kind: 'some refused', refuse: id => id === '1', senderFault: true })

    const unconfirmed = await eventQueue().send(users(3), soon())

    expect(unconfirmed).toEqual([1])
    expect(proxy.seen).toHaveLength(1)
  })

  test('logs failures without anything of the events', async () => {
    const platform = testPlatform()
    proxy.faults.push({ kind: 'some refused', refuse: () => true })

    await eventQueue(platform).send([eventOf('jane@example.com')], soon())

    expect(platform.recorder.lines.length).toBeGreaterThan(0)
    expect(JSON.stringify(platform.recorder.lines)).not.toContain('jane')
  })
})

describe('wake-ups', () => {
  const wakeUps = (clock: VirtualClock) => new SqsWakeUps({ ...testPlatform(), clock, sqs: sqs.client, queueUrl })

  test('are one a slot of two seconds, whoever sends them', async () => {
    const clock = new VirtualClock(1_000_000)
    const [one, other] = [wakeUps(clock), wakeUps(clock)]

    for (const sender of [one, one, other]) await sender.wake()
    await clock.advance(1999)
    await one.wake()
    await clock.advance(1)
    await one.wake()

    expect(await sqs.drain(queueUrl)).toHaveLength(2)
  })

  test('of a slot in which one was sent are not even sent', async () => {
    const sender = new SqsWakeUps({ ...testPlatform(), clock: new VirtualClock(), sqs: clientFor(proxy.url), queueUrl })

    for (let time = 0; time < 5; time++) await sender.wake()

    expect(proxy.seen).toHaveLength(1)
  })

  test('are in one group', async () => {
    const sender = wakeUps(new VirtualClock())

    await sender.wake()

    const [message] = await sqs.drain(queueUrl)
    expect(message?.Attributes?.MessageGroupId).toBe('deliver')
  })

  test('get through regardless of the slot when they must', async () => {
    const sender = wakeUps(new VirtualClock())

    await sender.wake()
    await sender.wakeRegardless()
    await sender.wakeRegardless()

    expect(await sqs.drain(queueUrl)).toHaveLength(3)
  })

  test('are tried again when sending one failed', async () => {
    const clock = new VirtualClock()
    const sender = new SqsWakeUps({ ...testPlatform(), clock, sqs: clientFor(proxy.url, { maxAttempts: 1 }), queueUrl })
    proxy.faults.push({ kind: 'answered', status: 500, body: {} })

    await expect(sender.wake()).rejects.toThrow()
    await sender.wake()

    expect(await sqs.drain(queueUrl)).toHaveLength(1)
  })
})

describe('the depth of a queue', () => {
  test('counts waiting events and those being folded', async () => {
    await eventQueue().send(users(3), soon())
    await sqs.client.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 1 }))

    const depth = await new SqsQueueDepth({ sqs: sqs.client, queueUrl }).depth()

    expect(depth).toBe(3)
  })

  test('counts delayed messages', async () => {
    const delayed = await sqs.createQueue(`delayed-${queueNumber}.fifo`, { DelaySeconds: '60' })
    await new SqsWakeUps({ ...testPlatform(), sqs: sqs.client, queueUrl: delayed }).wake()

    const depth = await new SqsQueueDepth({ sqs: sqs.client, queueUrl: delayed }).depth()

    expect(depth).toBe(1)
  })

  test('of an empty queue is 0', async () => {
    expect(await new SqsQueueDepth({ sqs: sqs.client, queueUrl }).depth()).toBe(0)
  })
})

describe('re-arming', () => {
  test('makes a wake-up visible again when it is told to', async () => {
    const receive = async () =>
      (await sqs.client.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, VisibilityTimeout: 90 }))).Messages ?? []
    await eventQueue().send(users(1), soon())
    const [message] = await receive()
    expect(await receive()).toEqual([])

    await new SqsRearm({ sqs: sqs.client, queueUrl }).reappear(message?.ReceiptHandle ?? '', 0)

    await expect.poll(receive).toHaveLength(1)
  })
})
