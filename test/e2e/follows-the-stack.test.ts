import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { CfnEventSourceMapping, CfnFunction } from 'aws-cdk-lib/aws-lambda'
import { CfnQueue } from 'aws-cdk-lib/aws-sqs'
import { describe, expect, test } from 'vitest'
import { synthesize, type Template } from '../../cdk/synthesize.ts'
import { startLocal } from '../../local/start-local.ts'
import { Recorder } from '../support/recorder.ts'
import { type Run, SOON, startRun } from './run.ts'

/** The template of the stack after a change to one of its resources. */
function altered(change: (resource: (id: string) => unknown) => void): Template {
  return synthesize({
    alter: stack => {
      const all = new Map(stack.node.findAll().map(construct => [stack.resolve(idOf(construct)), construct]))
      change(id => all.get(id))
    },
  })
}
const idOf = (construct: object): unknown => ('logicalId' in construct ? construct.logicalId : undefined)

function queue(resource: unknown): CfnQueue {
  if (resource instanceof CfnQueue) return resource
  throw new Error('not a queue')
}

describe('the local run does what the stack says:', () => {
  test('a longer delay of wake-ups delays the contact', async () => {
    const template = altered(resource => {
      queue(resource('WakeUps')).delaySeconds = 5
    })
    const [usual, slow] = await Promise.all([startRun(), startRun({ template })])
    // The wake-up that the first sweep sends is to be behind them.
    await Promise.all([timeToContact(usual, 0), timeToContact(slow, 0)])
    await Promise.all([usual, slow].map(run => expect.poll(() => waiting(run, 'WakeUps'), SOON).toBe(0)))

    const [usualTime, slowTime] = await Promise.all([timeToContact(usual, 1), timeToContact(slow, 1)])

    expect(slowTime).toBeGreaterThan(4_900)
    expect(usualTime).toBeLessThan(slowTime - 1_500)
  })

  test('a smaller batch size makes record’s batches smaller', async () => {
    const template = altered(resource => {
      const mapping = resource('EventsToRecord')
      if (mapping instanceof CfnEventSourceMapping) mapping.batchSize = 3
    })
    const [usual, small] = [new Recorder(), new Recorder()]
    const runs = await Promise.all([startRun({ log: usual }), startRun({ template, log: small })])

    await Promise.all(runs.map(run => run.post('batch', { batch: people(40) })))
    await Promise.all(runs.map(run => expect.poll(() => run.hubspot?.contactCount, SOON).toBe(40)))

    expect(largestBatch(usual)).toBe(10)
    expect(largestBatch(small)).toBe(3)
  })

  test('a shorter visibility timeout brings a failed event back sooner, and redrive ends it', async () => {
    const failing = (visibility: number) =>
      altered(resource => {
        const events = queue(resource('Events'))
        events.visibilityTimeout = visibility
        const { deadLetterTargetArn } = Object(events.redrivePolicy)
        events.redrivePolicy = { deadLetterTargetArn, maxReceiveCount: 2 }
        const record = resource('Record')
        if (record instanceof CfnFunction) record.addPropertyOverride('Environment.Variables.TABLE_NAME', 'Nowhere')
      })
    const [short, usual] = await Promise.all([startRun({ template: failing(1) }), startRun({ template: failing(60) })])

    await Promise.all([short, usual].map(run => run.post('identify', people(1)[0])))

    await expect.poll(() => waiting(short, 'EventsDeadLetters'), SOON).toBe(1)
    expect(await waiting(usual, 'EventsDeadLetters')).toBe(0)
    expect(await waiting(usual, 'Events')).toBe(1)
  })

  test('without a queue it does not start, and says which one is missing', async () => {
    const { WakeUps: _, ...Resources } = synthesize().Resources

    const starting = startLocal({ port: 0, template: { Resources } })

    await expect(starting).rejects.toThrow('The stack has no queue WakeUps: nothing would wake deliver.')
  })

  test('without a variable a function does not start, and says which one is missing', async () => {
    const template = altered(resource => {
      const record = resource('Record')
      if (record instanceof CfnFunction) record.addPropertyDeletionOverride('Environment.Variables.TABLE_NAME')
    })

    const starting = startLocal({ port: 0, template })

    await expect(starting).rejects.toThrow(/^record cannot be composed: .*TABLE_NAME/)
  })
})

const people = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    type: 'identify',
    userId: `u${index}`,
    messageId: `m${index}`,
    traits: { email: `u${index}@example.com` },
  }))

/** Milliseconds from a user's first event to the contact. */
async function timeToContact(run: Run, user: number): Promise<number> {
  const begun = performance.now()
  await run.post('identify', people(user + 1)[user])
  await expect.poll(() => run.hubspot?.contactByEmail(`u${user}@example.com`)?.vid, SOON).toBeDefined()
  return performance.now() - begun
}

const largestBatch = (log: Recorder): number =>
  Math.max(
    ...log.lines.filter(line => line.message === 'record takes a batch').map(line => Number(line.fields.messages)),
  )

/** Messages in a queue, delayed ones and those in flight included. */
async function waiting(run: Run, id: string): Promise<number> {
  const QueueUrl = run.stack.queues.find(each => each.id === id)?.url
  const { Attributes = {} } = await run.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))
  const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible, ApproximateNumberOfMessagesDelayed } =
    Attributes
  return [ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible, ApproximateNumberOfMessagesDelayed]
    .map(Number)
    .reduce((sum, count) => sum + count)
}
