import { sha256 } from '../../functions/core/digest.ts'
import type { UserEvent } from '../../functions/core/event.ts'
import type { Millis } from '../../functions/core/types.ts'
import { handedOver, invocationOf } from '../../functions/runtime/without-lambda.ts'

/** An event as SQS hands it to `record`. */
export const sqsRecord = (messageId: string, event: UserEvent, sentAt: Millis) =>
  handedOver({ messageId, body: JSON.stringify(event), group: sha256(event.key).slice(0, 32), sentAt })

/** A Lambda invocation that has a minute. */
export const lambdaContext = invocationOf('test', () => 60_000)
