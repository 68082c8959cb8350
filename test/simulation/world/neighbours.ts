import {
  DeleteItemCommand,
  DynamoDBServiceException,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { GetQueueAttributesCommand, SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { ENVIRONMENT } from './stack.ts'
import type { World } from './world.ts'

/** A request of the functions to the table, and what becomes of it. */
export async function askTable(world: World, command: object): Promise<object> {
  const writes =
    command instanceof UpdateItemCommand || command instanceof PutItemCommand || command instanceof DeleteItemCommand
  switch (world.faults.tableTrouble()) {
    case 'throttled':
      throw throttled()
    case 'never arrives':
      throw timedOut()
    case 'answer lost':
      if (writes) world.table.perform(command)
      throw timedOut()
    case 'asked twice':
      // The SDK got no answer and asks again: what it hears is what the second attempt met.
      if (writes) world.table.perform(command)
      return world.table.perform(command)
    case undefined:
      return world.table.perform(command)
  }
}

/** A request of the functions to the queues. */
export async function askQueues(world: World, command: object): Promise<object> {
  if (command instanceof SendMessageCommand && command.input.QueueUrl === ENVIRONMENT.WAKEUPS_QUEUE_URL) {
    const { faults } = world
    if (
      command.input.MessageDeduplicationId?.startsWith('slot-') &&
      faults.of('wake-ups lost').some(fault => faults.strikes(fault))
    )
      return {}
    if (faults.of('wake-ups doubled').some(fault => faults.strikes(fault))) {
      const { MessageBody: body = '', MessageGroupId: group, MessageDeduplicationId: id } = command.input
      world.wakeUps.send({ body, group, deduplicationId: `${id}-again` })
    }
  }
  switch (world.faults.queueTrouble()) {
    case 'never arrives':
      throw timedOut()
    case 'answer lost':
      world.sqs.perform(command)
      throw timedOut()
    case 'refuses some':
      return refusingSome(world, command)
    case undefined:
      return world.sqs.perform(command)
  }
}

/** Every other entry of a batch fails, and the whole of anything else. */
function refusingSome(world: World, command: object): object {
  if (!(command instanceof SendMessageBatchCommand)) {
    if (command instanceof GetQueueAttributesCommand) return world.sqs.perform(command)
    throw timedOut()
  }
  const { Entries = [], QueueUrl } = command.input
  const taken = Entries.filter(() => world.random.number() < 0.5)
  const failed = Entries.filter(entry => !taken.includes(entry))
  const answer = taken.length > 0 ? world.sqs.perform(new SendMessageBatchCommand({ QueueUrl, Entries: taken })) : {}
  return { ...answer, Failed: failed.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })) }
}

/** A call of the functions to HubSpot. @param die ends the process that makes it */
export async function askHubSpot(
  world: World,
  { url, init }: { readonly url: string; readonly init: RequestInit | undefined },
  ask: () => Promise<Response>,
  die: () => void,
): Promise<Response> {
  const token = new Headers(init?.headers).get('authorization')?.replace('Bearer ', '') ?? ''
  world.watch.call(url, init)
  if (world.revoked.has(token)) {
    world.count('hubspot: token refused')
    return new Response('{"status":"error","message":"expired","category":"INVALID_AUTHENTICATION"}', {
      status: 401,
      headers: { 'content-type': 'application/json' },
    })
  }
  const after = WRITES.test(url) ? world.faults.diesOver() : undefined
  if (after === undefined) return ask()
  const forget = world.hubspot.addFault({ fault: { kind: 'late', after, answer: 'hang' }, times: 1 })
  void ask().catch(() => undefined)
  forget()
  die()
  return new Promise<never>(() => undefined)
}

const WRITES = /batch\/(create|update)$|\/merge$/

const throttled = (): DynamoDBServiceException =>
  new DynamoDBServiceException({ name: 'ThrottlingException', $fault: 'client', message: 'slow down', $metadata: {} })

const timedOut = (): Error => Object.assign(new Error('no answer in time'), { name: 'TimeoutError' })
