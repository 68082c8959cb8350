import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { expect, test } from 'vitest'
import { FUNCTION_NAMES, type FunctionName } from '../../../cdk/bundling.ts'
import { type Invocable, TimedOut } from '../../../local/invocation.ts'
import { routerOf } from '../../../local/router.ts'
import { httpRequest } from '../../support/http-request.ts'

const ROUTES = [
  { key: '$default', function: 'receive' },
  { key: 'GET /v1/users/{userId+}', function: 'lookup' },
  { key: 'GET /v1/users/{userId}', function: 'sweep' },
  { key: 'GET /v1/users/me', function: 'deliver' },
  { key: 'ANY /v1/anything', function: 'record' },
] as const

/** Functions that answer with their name and what they were given. */
function echoes(answer?: () => Promise<unknown>): Record<FunctionName, Invocable> {
  const echo = (name: FunctionName): Invocable => ({
    name,
    invoke: answer ?? (async event => ({ statusCode: 200, body: JSON.stringify({ name, event }) })),
  })
  const [receive, record, deliver, sweep, lookup, notice] = FUNCTION_NAMES.map(echo)
  if (!receive || !record || !deliver || !sweep || !lookup || !notice) throw new Error('a function has no echo')
  return { receive, record, deliver, sweep, lookup, notice }
}

async function ask(method: string, path: string): Promise<{ name: string; event: APIGatewayProxyEventV2 }> {
  const { body } = await routerOf(ROUTES, echoes())(httpRequest({ method, path }))
  return JSON.parse(body ?? '')
}

test.each([
  ['GET', '/v1/users/me', 'deliver', 'GET /v1/users/me'],
  ['GET', '/v1/users/u1', 'sweep', 'GET /v1/users/{userId}'],
  ['GET', '/v1/users/a/b', 'lookup', 'GET /v1/users/{userId+}'],
  ['PATCH', '/v1/anything', 'record', 'ANY /v1/anything'],
  ['DELETE', '/v1/users/u1', 'receive', '$default'],
  ['GET', '/v1/users/', 'receive', '$default'],
  ['GET', '/elsewhere', 'receive', '$default'],
])('%s %s goes to %s by the route %s', async (method, path, name, routeKey) => {
  const answered = await ask(method, path)

  expect(answered.name).toBe(name)
  expect(answered.event.routeKey).toBe(routeKey)
  expect(answered.event.requestContext.routeKey).toBe(routeKey)
})

test.each([
  ['/v1/users/a%2Fb', 'a/b'],
  ['/v1/users/%F0%9F%9A%80', '🚀'],
  ['/v1/users/50%', '50%'],
])('the variable of %s is %s, the raw path stays as it was sent', async (path, userId) => {
  const { event } = await ask('GET', path)

  expect(event.pathParameters).toEqual({ userId })
  expect(event.rawPath).toBe(path)
})

test('a function that takes too long is a 503, one that answers nonsense a 500', async () => {
  const late = routerOf(
    ROUTES,
    echoes(() => Promise.reject(new TimedOut('late'))),
  )
  const nonsense = routerOf(
    ROUTES,
    echoes(async () => 'nonsense'),
  )

  const [first, second] = await Promise.all([late, nonsense].map(router => router(httpRequest({ path: '/v1/batch' }))))

  expect([first?.statusCode, second?.statusCode]).toEqual([503, 500])
})
