import { describe, expect, test } from 'vitest'
import { nameOf, permissionsOf, template } from './synthesized.ts'

/** What each function may do besides all else. */
const LOG_AND_TRACES = [
  'logs:CreateLogStream on its log',
  'logs:PutLogEvents on its log',
  'xray:PutTelemetryRecords on *',
  'xray:PutTraceSegments on *',
]

const PERMISSIONS: Record<string, string[]> = {
  Receive: ['sqs:SendMessage on Events', 'secretsmanager:GetSecretValue on Secret'],
  Record: [
    'sqs:ReceiveMessage on Events',
    'sqs:DeleteMessage on Events',
    'sqs:GetQueueAttributes on Events',
    'dynamodb:GetItem on Table',
    'dynamodb:BatchGetItem on Table',
    'dynamodb:Query on Table',
    'dynamodb:PutItem on Table',
    'dynamodb:UpdateItem on Table',
    'sqs:SendMessage on WakeUps',
  ],
  Deliver: [
    'sqs:ReceiveMessage on WakeUps',
    'sqs:DeleteMessage on WakeUps',
    'sqs:GetQueueAttributes on WakeUps',
    'sqs:ChangeMessageVisibility on WakeUps',
    'sqs:GetQueueAttributes on Events',
    'dynamodb:GetItem on Table',
    'dynamodb:BatchGetItem on Table',
    'dynamodb:Query on Table',
    'dynamodb:PutItem on Table',
    'dynamodb:UpdateItem on Table',
    'dynamodb:DeleteItem on Table',
    'dynamodb:BatchWriteItem on Table',
    'dynamodb:Query on Table/index/due',
    'secretsmanager:GetSecretValue on Secret',
  ],
  Sweep: [
    'dynamodb:GetItem on Table',
    'dynamodb:Query on Table',
    'dynamodb:Query on Table/index/due',
    'sqs:SendMessage on WakeUps',
  ],
  Lookup: [
    'dynamodb:GetItem on Table',
    'dynamodb:BatchGetItem on Table',
    'dynamodb:Query on Table',
    'dynamodb:DeleteItem on Table',
    'dynamodb:Query on Table/index/due',
    'sqs:GetQueueAttributes on Events',
    'sqs:SendMessage on Events',
    'secretsmanager:GetSecretValue on Secret',
    'cloudwatch:GetMetricData on *',
  ],
  Notice: ['sqs:SendMessage on Events', 'secretsmanager:GetSecretValue on Secret'],
}

describe('what functions may do', () => {
  test.each(Object.entries(PERMISSIONS))('%s may do this and nothing else', (name, permissions) => {
    expect(permissionsOf(name)).toEqual([...permissions, ...LOG_AND_TRACES].sort())
  })

  test('roles only allow, and without conditions, so that this list is all there is', () => {
    for (const { Properties } of Object.values(template.findResources('AWS::IAM::Role'))) {
      for (const { PolicyDocument } of Properties.Policies) {
        for (const statement of PolicyDocument.Statement) {
          expect(Object.keys(statement).sort()).toEqual(['Action', 'Effect', 'Resource'])
          expect(statement.Effect).toBe('Allow')
        }
      }
    }
  })

  test('every function is in this list', () => {
    expect(Object.keys(template.findResources('AWS::Lambda::Function')).sort()).toEqual(Object.keys(PERMISSIONS).sort())
  })

  test('deliver may send to no queue, so that it cannot feed itself', () => {
    expect(permissionsOf('Deliver').filter(permission => permission.startsWith('sqs:Send'))).toEqual([])
  })

  test('no role has a policy that was added elsewhere, nor one of AWS', () => {
    template.resourceCountIs('AWS::IAM::Policy', 0)
    template.resourceCountIs('AWS::IAM::ManagedPolicy', 0)
    for (const { Properties } of Object.values(template.findResources('AWS::IAM::Role'))) {
      expect(Properties.ManagedPolicyArns).toBeUndefined()
    }
  })

  test('only Lambda takes on the roles', () => {
    for (const { Properties } of Object.values(template.findResources('AWS::IAM::Role'))) {
      expect(Properties.AssumeRolePolicyDocument.Statement).toEqual([
        { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } },
      ])
    }
  })

  test('functions are invoked by this API, this rule and nobody else', () => {
    const invokers = Object.values(template.findResources('AWS::Lambda::Permission')).map(({ Properties }) => [
      nameOf(Properties.FunctionName),
      Properties.Principal,
      nameOf(Properties.SourceArn).replace(/^.*:(?=Api)/, ''),
    ])

    expect(invokers.sort()).toEqual([
      ['Lookup', 'apigateway.amazonaws.com', 'Api/*/*/*'],
      ['Notice', 'apigateway.amazonaws.com', 'Api/*/*/*'],
      ['Receive', 'apigateway.amazonaws.com', 'Api/*/$default'],
      ['Receive', 'apigateway.amazonaws.com', 'Api/*/*/*'],
      ['Sweep', 'events.amazonaws.com', 'EveryMinute'],
    ])
  })
})
