import { PolicyStatement } from 'aws-cdk-lib/aws-iam'

/** One permission, spelled out: these actions on this one resource. */
export const allow = (resource: string, ...actions: string[]): PolicyStatement =>
  new PolicyStatement({ actions, resources: [resource] })

/** For the few actions that AWS does not let us bind to a resource. */
export const allowOnAnything = (...actions: string[]): PolicyStatement => allow('*', ...actions)

/** What Lambda's poller does in a function's name when a queue is the function's event source. */
export const CONSUME = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'] as const
