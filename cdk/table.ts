import { AttributeType, BillingMode, type ITable, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb'
import { RemovalPolicy } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import { DUE_INDEX } from '../functions/store/dynamo/due-work.ts'
import { pin } from './pin.ts'
import type { Settings } from './settings.ts'

/** To the compiler, a table that a stack makes is no `ITable`, as it may lack a stream. */
export type AnyTable = ITable | Table

/** Everything that is known about users, and everything that is still to be done. */
export class Records extends Construct {
  readonly table: AnyTable

  constructor(scope: Construct, id: string, { settings }: { readonly settings: Settings }) {
    super(scope, id)
    const { tableName } = settings
    this.table = tableName === undefined ? this.#made() : Table.fromTableName(this, 'Restored', tableName)
  }

  #made(): Table {
    const table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    })
    // Partition: lane and shard. Sort: when to look. Holds only the records for which there is something to do.
    table.addGlobalSecondaryIndex({
      indexName: DUE_INDEX,
      partitionKey: { name: 'lane', type: AttributeType.STRING },
      sortKey: { name: 'dueAt', type: AttributeType.NUMBER },
      projectionType: ProjectionType.KEYS_ONLY,
    })
    pin(table, 'Table')
    return table
  }
}
