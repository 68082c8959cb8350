import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import { REQUEST_TYPES } from '../functions/core/parse/calls.ts'
import type { Functions } from './functions.ts'
import { pin } from './pin.ts'
import type { Settings } from './settings.ts'

/**
 * What the access log says of a request. Never the path: user ids stand in it, and may be emails. Nor the caller's
 * address, which is a person's as well.
 */
const ACCESS_LOG = AccessLogFormat.custom(
  JSON.stringify({
    requestId: AccessLogField.contextRequestId(),
    requestTime: AccessLogField.contextRequestTime(),
    routeKey: AccessLogField.contextRouteKey(),
    status: AccessLogField.contextStatus(),
    protocol: AccessLogField.contextProtocol(),
    responseLength: AccessLogField.contextResponseLength(),
    responseLatency: AccessLogField.contextResponseLatency(),
    integrationStatus: AccessLogField.contextIntegrationStatus(),
    integrationLatency: AccessLogField.contextIntegrationLatency(),
    error: AccessLogField.contextIntegrationErrorMessage(),
  }),
)

export interface IngressProps {
  readonly settings: Settings
  readonly functions: Functions
}

/**
 * The HTTP API: events to `receive`, questions to `lookup`, HubSpot's webhooks to `notice`, anything else to `receive`,
 * which says what is wrong.
 */
export class Ingress extends Construct {
  readonly api: HttpApi
  readonly stage: HttpStage

  constructor(scope: Construct, id: string, { settings, functions }: IngressProps) {
    super(scope, id)
    // One permission for all routes of a function instead of one each: its policy is limited in size.
    const receive = new HttpLambdaIntegration('Receive', functions.receive.lambda, { scopePermissionToRoute: false })
    const lookup = new HttpLambdaIntegration('Lookup', functions.lookup.lambda, { scopePermissionToRoute: false })
    const notice = new HttpLambdaIntegration('Notice', functions.notice.lambda, { scopePermissionToRoute: false })
    this.api = new HttpApi(this, 'Api', {
      apiName: `vidsync-${settings.stage}`,
      description: "Takes a product's events for HubSpot, and says what became of them",
      createDefaultStage: false,
      defaultIntegration: receive,
    })
    pin(this.api, 'Api')
    // That one permission is for `<stage>/<method>/<path>`, and the default route's address has no method.
    functions.receive.lambda.addPermission('DefaultRoute', {
      scope: this,
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: this.api.apiId,
        resourceName: '*/$default',
      }),
    })
    for (const call of REQUEST_TYPES) {
      this.api.addRoutes({ path: `/v1/${call}`, methods: [HttpMethod.POST], integration: receive })
    }
    this.api.addRoutes({ path: '/healthz', methods: [HttpMethod.GET], integration: receive })
    // Greedy: an id may hold slashes, and API Gateway decodes `%2F` before it looks for a route.
    this.api.addRoutes({ path: '/v1/users/{userId+}', methods: [HttpMethod.GET], integration: lookup })
    this.api.addRoutes({ path: '/v1/users/{userId+}', methods: [HttpMethod.DELETE], integration: receive })
    // What stands behind the id, `/retry`, is the function's to find.
    this.api.addRoutes({ path: '/v1/users/{userId+}', methods: [HttpMethod.POST], integration: lookup })
    this.api.addRoutes({ path: '/v1/status', methods: [HttpMethod.GET], integration: lookup })
    this.api.addRoutes({ path: '/v1/problems', methods: [HttpMethod.GET], integration: lookup })
    this.api.addRoutes({ path: '/v1/conflicts', methods: [HttpMethod.GET], integration: lookup })
    // Greedy again: what stands behind the id, `/split`, is the function's to find.
    this.api.addRoutes({ path: '/v1/conflicts/{userId+}', methods: [HttpMethod.POST], integration: lookup })
    this.api.addRoutes({ path: '/v1/parked', methods: [HttpMethod.GET], integration: lookup })
    this.api.addRoutes({ path: '/v1/parked/{id+}', methods: [HttpMethod.POST], integration: lookup })
    this.api.addRoutes({ path: '/v1/search', methods: [HttpMethod.GET], integration: lookup })
    this.api.addRoutes({ path: '/v1/metrics', methods: [HttpMethod.GET], integration: lookup })
    this.api.addRoutes({ path: '/v1/timelines/{userId+}', methods: [HttpMethod.GET], integration: lookup })
    this.api.addRoutes({ path: '/console', methods: [HttpMethod.GET], integration: lookup })
    this.api.addRoutes({ path: '/console/{file+}', methods: [HttpMethod.GET], integration: lookup })
    this.api.addRoutes({ path: '/v1/audit/shared', methods: [HttpMethod.GET], integration: lookup })
    // Browsers ask first whether they may send the user's hash; which origins may is the function's to say.
    const gate = [HttpMethod.GET, HttpMethod.OPTIONS]
    this.api.addRoutes({ path: '/v1/identity/{userId+}', methods: gate, integration: lookup })

    this.api.addRoutes({ path: '/hubspot/webhooks', methods: [HttpMethod.POST], integration: notice })

    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: settings.requestsPerSecond, burstLimit: settings.requestBurst },
      detailedMetricsEnabled: true,
      accessLogSettings: { destination: new LogGroupLogDestination(accessLog), format: ACCESS_LOG },
    })
    pin(this.stage, 'Stage')
    Validations.of(this.api).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'The functions authenticate: producers come with a write key or a signature over the raw bytes, which an ' +
        'authorizer never sees; operators with an admin key; HubSpot signs its webhooks; pages come with the hash of ' +
        'their user, and their preflights with nothing. /healthz and the 404s are for everybody.',
    })
  }
}
