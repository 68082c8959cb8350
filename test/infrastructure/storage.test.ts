import { Match, Template } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { synthesize } from '../../cdk/synthesize.ts'
import { nameOf, propertiesOf, template } from './synthesized.ts'

const FIFO = {
  FifoQueue: true,
  DeduplicationScope: 'messageGroup',
  FifoThroughputLimit: 'perMessageGroupId',
  SqsManagedSseEnabled: true,
}
const TWO_WEEKS = 14 * 24 * 60 * 60

describe('queues', () => {
  test('events are kept for two weeks and die only after a thousand tries', () => {
    expect(propertiesOf('AWS::SQS::Queue', 'Events')).toEqual({
      ...FIFO,
      VisibilityTimeout: 60,
      MessageRetentionPeriod: TWO_WEEKS,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['EventsDeadLetters', 'Arn'] }, maxReceiveCount: 1000 },
    })
  })

  test('dead events are kept for two weeks, in order', () => {
    expect(propertiesOf('AWS::SQS::Queue', 'EventsDeadLetters')).toEqual({ ...FIFO, MessageRetentionPeriod: TWO_WEEKS })
  })

  test('wake-ups come two seconds late, are kept for an hour and never die', () => {
    expect(propertiesOf('AWS::SQS::Queue', 'WakeUps')).toEqual({
      ...FIFO,
      DelaySeconds: 2,
      VisibilityTimeout: 90,
      MessageRetentionPeriod: 3600,
    })
  })

  test('every queue refuses callers without TLS', () => {
    const refusals = Object.values(template.findResources('AWS::SQS::QueuePolicy')).map(({ Properties }) => {
      expect(Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: 'sqs:*',
          Principal: { AWS: '*' },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      )
      return Properties.Queues.map(nameOf)
    })

    expect(refusals.flat().sort()).toEqual(['Events', 'EventsDeadLetters', 'WakeUps'])
  })
})

describe('the table', () => {
  test('is paid by request, can be restored to any second and cannot be deleted by mistake', () => {
    expect(propertiesOf('AWS::DynamoDB::Table', 'Table')).toEqual({
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: 'lane', AttributeType: 'S' },
        { AttributeName: 'dueAt', AttributeType: 'N' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      GlobalSecondaryIndexes: [
        {
          IndexName: 'due',
          KeySchema: [
            { AttributeName: 'lane', KeyType: 'HASH' },
            { AttributeName: 'dueAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    })
  })

  test('outlives the stack', () => {
    template.hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
  })
})

describe('a table that there is already', () => {
  const { Resources } = synthesize({ settings: { tableName: 'vidsync-restored' } })
  const restored = Template.fromJSON({ Resources })

  test('is the one that the functions get, and may use; no other is made', () => {
    restored.resourceCountIs('AWS::DynamoDB::Table', 0)
    for (const name of ['Record', 'Deliver', 'Sweep', 'Lookup']) {
      expect(Resources[name]?.Properties).toMatchObject({
        Environment: { Variables: { TABLE_NAME: 'vidsync-restored' } },
      })
    }
    const permissions = JSON.stringify(restored.findResources('AWS::IAM::Role'))
    expect(permissions).toContain(':table/vidsync-restored"')
    expect(permissions).toContain(':table/vidsync-restored/index/due"')
  })
})

describe('the secret', () => {
  test('begins with nobody allowed in', () => {
    const { GenerateSecretString } = propertiesOf('AWS::SecretsManager::Secret', 'Secret')
    const { SecretStringTemplate, GenerateStringKey } = Object(GenerateSecretString)

    const document = JSON.parse(SecretStringTemplate)

    expect(GenerateStringKey).toBe('hubspotAccessToken')
    expect(document).toEqual({ writeKeys: [], adminKeys: [], signingSecrets: [] })
  })

  test('keeps its placeholder to the letter, as CloudFormation puts a new one over the real values otherwise', () => {
    const { Description, ...rest } = propertiesOf('AWS::SecretsManager::Secret', 'Secret')

    expect(Description).toContain('hubspotAccessToken')
    expect(rest).toEqual({
      GenerateSecretString: {
        GenerateStringKey: 'hubspotAccessToken',
        SecretStringTemplate: '{"writeKeys":[],"adminKeys":[],"signingSecrets":[]}',
      },
    })
  })

  test('outlives the stack', () => {
    template.hasResource('AWS::SecretsManager::Secret', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
  })

  test('stands in no template, only its address does', () => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', { SecretString: Match.absent() })
    expect(JSON.stringify(template.toJSON())).not.toContain('{{resolve:secretsmanager')
  })
})

test('the stack names what its operator needs', () => {
  const outputs = Object.entries(template.findOutputs('*')).map(([name, output]) => [name, nameOf(output.Value)])

  expect(Object.fromEntries(outputs)).toMatchObject({
    ApiUrl: 'Api',
    DeadLettersUrl: 'EventsDeadLetters',
    TableName: 'Table',
    AlarmTopic: 'Alarms',
    SecretName: expect.stringContaining('"Ref":"Secret"'),
  })
})
