import { PolicyDocument, type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, type Code, Function as Lambda, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { type Duration, RemovalPolicy, Validations } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import type { FunctionName } from './bundling.ts'
import { namespaceOf } from './metrics.ts'
import { allow, allowOnAnything } from './permissions.ts'
import { pin } from './pin.ts'
import type { Settings } from './settings.ts'

export interface PipelineFunctionProps {
  /** Its folder in `functions/`. */
  readonly name: FunctionName
  readonly description: string
  readonly memory: number
  readonly timeout: Duration
  readonly environment: Readonly<Record<string, string>>
  /** All that it may do besides writing its log and its traces. */
  readonly permissions: readonly PolicyStatement[]
  /** @returns its bundle */
  readonly code: (name: FunctionName) => Code
  readonly settings: Settings
}

const TRACING =
  "The wildcard stands for X-Ray's two actions and for reading metrics, which cannot be bound to a resource; tests compare all others."

/** One Lambda of the pipeline with its log and its role. The role is complete: nothing is added to it elsewhere. */
export class PipelineFunction extends Construct {
  readonly lambda: Lambda

  constructor(scope: Construct, id: string, props: PipelineFunctionProps) {
    super(scope, id)
    const logGroup = new LogGroup(this, 'Log', {
      retention: props.settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const role = new Role(this, 'Role', {
      description: `What ${props.name} may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        [props.name]: new PolicyDocument({
          statements: [
            allow(logGroup.logGroupArn, 'logs:CreateLogStream', 'logs:PutLogEvents'),
            allowOnAnything('xray:PutTraceSegments', 'xray:PutTelemetryRecords'),
            ...props.permissions,
          ],
        }),
      },
    })
    this.lambda = new Lambda(this, 'Lambda', {
      code: props.code(props.name),
      handler: 'index.handler',
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memory,
      timeout: props.timeout,
      // The namespace is Powertools' own variable; the rest is for `compose.ts`.
      environment: { ...props.environment, POWERTOOLS_METRICS_NAMESPACE: namespaceOf(props.settings.stage) },
      role: role.withoutPolicyUpdates(),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
    })
    pin(this.lambda, id)
    Validations.of(role).acknowledge(
      { id: 'AwsSolutions-IAM5[Resource::*]', reason: TRACING },
      { id: 'Serverless-LambdaStarPermissions', reason: TRACING },
    )
    Validations.of(this.lambda).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason:
        'Applies to asynchronous invocations only. API Gateway and the queues call synchronously and have their own ' +
        'ways with failures; a sweep that failed is made up for by the next, a minute later.',
    })
  }
}
