import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import type { Functions } from './functions.ts'
import type { HandlerRouter } from './http.ts'
import { TimedOut } from './invocation.ts'
import type { Route } from './stack.ts'

interface Matcher extends Route {
  readonly method: string
  /** The path, or what stands before its variable. */
  readonly before: string
  readonly variable?: string
  readonly greedy: boolean
}

const DEFAULT_KEY = '$default'

/**
 * Sends a request to the function of the stack's route, as API Gateway's HTTP API does: a literal path before one with a
 * variable, before a greedy one (`{name+}`), before `$default`.
 */
export function routerOf(routes: readonly Route[], functions: Pick<Functions, Route['function']>): HandlerRouter {
  const matchers = routes
    .filter(route => route.key !== DEFAULT_KEY)
    .map(matcherOf)
    .toSorted(mostExactFirst)
  const fallback = routes.find(route => route.key === DEFAULT_KEY)
  return async event => {
    const { method } = event.requestContext.http
    const found = matchers.find(each => ['ANY', method].includes(each.method) && matches(each, event.rawPath))
    const route = found ?? fallback
    if (!route) return { statusCode: 404, body: '{"error":"Not Found"}' }
    return invoke(functions[route.function], {
      ...event,
      routeKey: route.key,
      requestContext: { ...event.requestContext, routeKey: route.key },
      ...(found?.variable && {
        pathParameters: { [found.variable]: decoded(event.rawPath.slice(found.before.length)) },
      }),
    })
  }
}

async function invoke(
  fn: Functions[Route['function']],
  event: APIGatewayProxyEventV2,
): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    const result = await fn.invoke(event)
    if (isResult(result)) return result
    return { statusCode: 500, body: '{"error":"Internal Server Error"}' }
  } catch (error) {
    if (error instanceof TimedOut) return { statusCode: 503, body: '{"error":"Service Unavailable"}' }
    throw error
  }
}

const isResult = (result: unknown): result is APIGatewayProxyStructuredResultV2 =>
  typeof result === 'object' && result !== null && 'statusCode' in result

function matcherOf(route: Route): Matcher {
  const [method = '', path = ''] = route.key.split(' ')
  const [, before = path, variable, greedy] = /^(.*)\{([^}+]+)(\+?)\}$/.exec(path) ?? []
  return { ...route, method, before, greedy: greedy === '+', ...(variable !== undefined && { variable }) }
}

function matches({ before, variable, greedy }: Matcher, path: string): boolean {
  if (variable === undefined) return path === before
  const value = path.startsWith(before) ? path.slice(before.length) : ''
  return value !== '' && (greedy || !value.includes('/'))
}

const exactness = ({ key }: Route): number => (key.endsWith('+}') ? 2 : key.endsWith('}') ? 1 : 0)
const mostExactFirst = (a: Route, b: Route): number => exactness(a) - exactness(b) || b.key.length - a.key.length

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
