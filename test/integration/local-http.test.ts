import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type HttpApi, serve } from '../../local/http.ts'

let api: HttpApi
let seen: APIGatewayProxyEventV2[]
let reported: unknown[]

beforeEach(async () => {
  seen = []
  reported = []
  api = await serve(
    async event => {
      seen.push(event)
      if (event.rawPath === '/broken') throw new Error('broken')
      return { statusCode: 202, headers: { 'content-type': 'application/json', 'x-test': 'a' }, body: '{"ok":true}' }
    },
    0,
    error => reported.push(error),
  )
})
afterEach(() => api.close())

const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  fetch(`${api.url}${path}`, { method: 'POST', body, headers })

describe('the local API', () => {
  test('hands a request over as API Gateway does, and its answer back', async () => {
    const response = await post('/v1/users/a%2Fb?x=1&y', '{"a":"Zoë"}', {
      'Content-Type': 'application/json',
      'X-A': 'b',
    })

    expect(response.status).toBe(202)
    expect(response.headers.get('x-test')).toBe('a')
    expect(await response.json()).toEqual({ ok: true })
    expect(seen[0]).toMatchObject({
      version: '2.0',
      rawPath: '/v1/users/a%2Fb',
      rawQueryString: 'x=1&y',
      body: '{"a":"Zoë"}',
      isBase64Encoded: false,
      requestContext: { http: { method: 'POST' } },
    })
    expect(seen[0]?.headers).toMatchObject({ 'x-a': 'b', 'content-type': 'application/json' })
  })

  test.each([
    ['a form', 'application/x-www-form-urlencoded', {}],
    ['compressed text', 'application/json', { 'content-encoding': 'gzip' }],
    ['bytes', 'application/octet-stream', {}],
    ['text that is not UTF-8', 'text/plain', {}],
  ])('hands %s over in base64', async (_, type, headers) => {
    const bytes = Buffer.from([0x1f, 0x8b, 0xff, 0x00])

    await post('/', bytes, { 'content-type': type, ...headers })

    expect(seen[0]).toMatchObject({ body: bytes.toString('base64'), isBase64Encoded: true })
  })

  test('listens on loopback only', () => {
    expect(api.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  })

  test('answers 413 over 10 MB, and goes on', async () => {
    const response = await post('/', Buffer.alloc(10 * 1024 * 1024 + 1))

    expect(response.status).toBe(413)
    expect(await response.json()).toEqual({ error: expect.stringContaining('10 MB') })
    expect((await post('/', 'small')).status).toBe(202)
    expect(seen).toHaveLength(1)
  })

  test('survives a sender who breaks off', async () => {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1')
    socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n{"a"')
    await new Promise(resolve => socket.once('connect', resolve))
    socket.destroy()

    expect((await post('/', 'next')).status).toBe(202)
    expect(seen).toHaveLength(1)
  })

  test.each(['/%', '/%E0%A4%A', '/%00', '//', '/a?%'])('hands the path %j over undecoded', async path => {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1')
    socket.end(`GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`, 'latin1')

    expect(await text(socket)).toMatch(/^HTTP\/1\.1 202 /)
    expect(seen[0]?.rawPath).toBe(path.split('?')[0])
  })

  test('answers 500 in JSON when a function fails', async () => {
    const response = await post('/broken', '{}')

    expect(response.status).toBe(500)
    expect(await response.json()).toHaveProperty('error')
    expect(reported).toEqual([new Error('broken')])
  })

  test('fails to start on a port that is taken', async () => {
    await expect(serve(async () => ({ statusCode: 200 }), Number(new URL(api.url).port))).rejects.toThrow('EADDRINUSE')
  })
})
