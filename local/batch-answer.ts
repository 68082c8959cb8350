import type { SQSEvent } from 'aws-lambda'

/** A function's answer that Lambda would take as the failure of the whole batch. */
class BadBatchAnswer extends Error {
  override readonly name = 'BadBatchAnswer'
}

/**
 * The messages that a function reports as failed (`ReportBatchItemFailures`). Nothing, `{}` and an empty or null list mean
 * that all went well.
 * @throws BadBatchAnswer for anything else: a missing, empty or unknown identifier fails the whole batch.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function failedMessages(answer: unknown, event: SQSEvent): ReadonlySet<string> {
  if (answer === null || answer === undefined) return new Set()
  if (typeof answer !== 'object') throw new BadBatchAnswer(`the answer is a ${typeof answer}, not an object`)
  const failures: unknown = 'batchItemFailures' in answer ? answer.batchItemFailures : null
  if (failures === null) return new Set()
  if (!Array.isArray(failures)) throw new BadBatchAnswer('batchItemFailures is not a list')
  const sent = new Set(event.Records.map(record => record.messageId))
  return new Set(failures.map(failure => identifier(failure, sent)))
}

function identifier(failure: unknown, sent: ReadonlySet<string>): string {
  const id: unknown =
    typeof failure === 'object' && failure !== null && 'itemIdentifier' in failure ? failure.itemIdentifier : undefined
  if (typeof id !== 'string' || id === '') throw new BadBatchAnswer('a batch item failure has no itemIdentifier')
  if (!sent.has(id)) throw new BadBatchAnswer('a batch item failure names a message that is not in the batch')
  return id
}
