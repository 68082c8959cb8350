import { Signature } from '@hubspot/api-client'
import { describe, expect, test } from 'vitest'
import { isSignedByHubSpot, uriOf } from '../../../functions/notice/signature.ts'
import type { HttpRequest } from '../../../functions/runtime/http.ts'
import { httpRequest } from '../../support/http-request.ts'
import { signedHeaders } from '../../support/hubspot-webhooks.ts'

const NOW = 1_764_590_000_000
const MINUTES = 60_000
const body = Buffer.from('[{"objectId":101,"propertyValue":"Zoë 🦊"}]')
const uri = 'https://api.example.com/hubspot/webhooks'
const secrets = ['old-secret', 'client-secret']

const requestWith = (headers: Record<string, string>, change: Partial<HttpRequest> = {}): HttpRequest => ({
  ...httpRequest({ path: '/hubspot/webhooks', headers, body }),
  ...change,
})
const isSigned = (request: HttpRequest, { keys = secrets, publicUrl = '', now = NOW, bytes = body } = {}) =>
  isSignedByHubSpot(request, bytes, keys, publicUrl, now)
const headers = signedHeaders({ uri, body, timestamp: NOW })

describe('a signature', () => {
  test('made with any of the secrets opens', () => {
    expect(isSigned(requestWith(headers))).toBe(true)
    expect(isSigned(requestWith(signedHeaders({ uri, body, timestamp: NOW, secret: 'old-secret' })))).toBe(true)
  })

  test('is the one that HubSpot’s own client knows', () => {
    const timestamp = Date.now()
    const given = { uri, body, timestamp }

    const known = Signature.isValid({
      signatureVersion: 'v3',
      method: 'POST',
      clientSecret: 'client-secret',
      requestBody: body.toString(),
      url: uri,
      timestamp,
      signature: signedHeaders(given)['x-hubspot-signature-v3'] ?? '',
    })

    expect(known).toBe(true)
    expect(isSigned(requestWith(signedHeaders(given)), { now: timestamp })).toBe(true)
  })

  test.each([
    ['with another secret', signedHeaders({ uri, body, timestamp: NOW, secret: 'stolen' })],
    ['for another address', signedHeaders({ uri: `${uri}/`, body, timestamp: NOW })],
    ['for another method', signedHeaders({ uri, body, timestamp: NOW, method: 'PUT' })],
    ['for another body', signedHeaders({ uri, body: '[]', timestamp: NOW })],
    ['for another time', { ...headers, 'x-hubspot-request-timestamp': String(NOW + 1) }],
    ['that is empty', { ...headers, 'x-hubspot-signature-v3': '' }],
    ['that is cut', { ...headers, 'x-hubspot-signature-v3': headers['x-hubspot-signature-v3']?.slice(0, -1) ?? '' }],
    ['that is no base64', { ...headers, 'x-hubspot-signature-v3': '🦊' }],
    ['without a time', { 'x-hubspot-signature-v3': headers['x-hubspot-signature-v3'] ?? '' }],
    ['with a time that is none', signedTimestamp('now')],
    ['with a time in exponents', signedTimestamp('1764590e6')],
    ['with a negative time', signedTimestamp('-1')],
    ['that is missing', {}],
  ])('%s opens nothing', (_, given) => {
    expect(isSigned(requestWith(given))).toBe(false)
  })

  test('made with an empty secret opens nothing, though somebody configured one', () => {
    const request = requestWith(signedHeaders({ uri, body, timestamp: NOW, secret: '' }))

    expect(isSigned(request, { keys: [''] })).toBe(false)
    expect(isSigned(request, { keys: [] })).toBe(false)
  })

  test.each([
    [-5 * MINUTES - 1, false],
    [-5 * MINUTES, true],
    [5 * MINUTES, true],
    [5 * MINUTES + 1, false],
  ])('of %d ms from now: %s', (off, opens) => {
    expect(isSigned(requestWith(signedHeaders({ uri, body, timestamp: NOW + off })))).toBe(opens)
  })

  function signedTimestamp(timestamp: string): Record<string, string> {
    return { ...signedHeaders({ uri, body, timestamp: Number(timestamp) }), 'x-hubspot-request-timestamp': timestamp }
  }
})

describe('the address that HubSpot signs', () => {
  const request = requestWith({})
  const { requestContext } = request

  test('is that of API Gateway', () => {
    expect(uriOf(request)).toBe('https://api.example.com/hubspot/webhooks')
  })

  test('takes nothing from the Host header, into which anybody may write', () => {
    expect(uriOf(requestWith({ host: 'evil.example.com' }))).toBe(uri)
  })

  test('is without the stage, which API Gateway puts before the path', () => {
    const staged = { rawPath: '/prod/hubspot/webhooks', requestContext: { ...requestContext, stage: 'prod' } }

    expect(uriOf(requestWith({}, staged))).toBe(uri)
    expect(uriOf(requestWith({}, staged), 'https://api.example.com/prod')).toBe(
      'https://api.example.com/prod/hubspot/webhooks',
    )
  })

  test('is the public one where something stands before the API', () => {
    expect(uriOf(request, 'http://127.0.0.1:4000')).toBe('http://127.0.0.1:4000/hubspot/webhooks')
    expect(uriOf(request, 'https://hooks.example.com/in/')).toBe('https://hooks.example.com/in/hubspot/webhooks')
  })

  test('has the escapes decoded that HubSpot decodes, and no others', () => {
    const rawQueryString = 'a=%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B%3a&b=%20%25%26%3D%23%2B%C3%AB+'

    expect(uriOf(requestWith({}, { rawQueryString }))).toBe(`${uri}?a=:/?@!$'()*,;:&b=%20%25%26%3D%23%2B%C3%AB+`)
  })
})
