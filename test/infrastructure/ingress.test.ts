import { describe, expect, test } from 'vitest'
import { nameOf, propertiesOf, template } from './synthesized.ts'

/** @returns the function behind each route. */
function routes(): Record<string, string> {
  const integrations = template.findResources('AWS::ApiGatewayV2::Integration')
  return Object.fromEntries(
    Object.values(template.findResources('AWS::ApiGatewayV2::Route')).map(({ Properties }) => {
      const integration = integrations[nameOf(Properties.Target).replace('integrations/', '')]?.Properties
      expect(integration).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' })
      return [Properties.RouteKey, nameOf(integration?.IntegrationUri)]
    }),
  )
}

describe('the API', () => {
  test('sends events to receive, questions to lookup, and all else to receive, which says what is wrong', () => {
    expect(routes()).toEqual({
      'POST /v1/identify': 'Receive',
      'POST /v1/track': 'Receive',
      'POST /v1/group': 'Receive',
      'POST /v1/alias': 'Receive',
      'POST /v1/page': 'Receive',
      'POST /v1/screen': 'Receive',
      'POST /v1/batch': 'Receive',
      'GET /healthz': 'Receive',
      'GET /v1/users/{userId+}': 'Lookup',
      'DELETE /v1/users/{userId+}': 'Receive',
      'POST /v1/users/{userId+}': 'Lookup',
      'GET /v1/status': 'Lookup',
      'GET /v1/conflicts': 'Lookup',
      'GET /v1/problems': 'Lookup',
      'POST /v1/conflicts/{userId+}': 'Lookup',
      'GET /v1/audit/shared': 'Lookup',
      'GET /v1/parked': 'Lookup',
      'POST /v1/parked/{id+}': 'Lookup',
      'GET /v1/search': 'Lookup',
      'GET /v1/metrics': 'Lookup',
      'GET /v1/timelines/{userId+}': 'Lookup',
      'GET /console': 'Lookup',
      'GET /console/{file+}': 'Lookup',
      'POST /hubspot/webhooks': 'Notice',
      'GET /v1/identity/{userId+}': 'Lookup',
      'OPTIONS /v1/identity/{userId+}': 'Lookup',
      $default: 'Receive',
    })
  })

  test('is limited to the rate that the settings give', () => {
    expect(propertiesOf('AWS::ApiGatewayV2::Stage', 'Stage')).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000, DetailedMetricsEnabled: true },
    })
  })

  test('logs each request as JSON by its route and never by its path or caller, which may be a person', () => {
    const { AccessLogSettings } = propertiesOf('AWS::ApiGatewayV2::Stage', 'Stage')
    const { Format, DestinationArn } = Object(AccessLogSettings)

    const fields = Object.values(JSON.parse(Format))

    expect(fields).toContain('$context.routeKey')
    expect(fields).toContain('$context.status')
    expect(Format).not.toMatch(/path|sourceIp|authorizer|userAgent|query/i)
    expect(propertiesOf('AWS::Logs::LogGroup', nameOf(DestinationArn)).RetentionInDays).toBe(30)
  })
})
