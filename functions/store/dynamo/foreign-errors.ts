import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb'
import { TableRefused, TableUnavailable } from '../errors.ts'

/** Client faults, by DynamoDB's reckoning, that the same request may outlive. */
const PASSING = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'LimitExceededException',
  'TransactionInProgressException',
  'TransactionConflictException',
  'ReplicatedWriteConflictException',
])

/**
 * Runs a request; whatever the SDK throws becomes ours.
 * @param operation what the table was asked to do, as in "the table cannot …"
 * @throws TableUnavailable | TableRefused
 */
export async function ours<Answer>(operation: string, request: () => Promise<Answer>): Promise<Answer> {
  try {
    return await request()
  } catch (error) {
    if (!(error instanceof DynamoDBServiceException)) throw new TableUnavailable(operation, nameOf(error), error)
    const lasting = error.$fault === 'client' && !PASSING.has(error.name)
    if (lasting) throw new TableRefused(operation, error.name, error.message, error)
    throw new TableUnavailable(operation, error.name, error)
  }
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
