import type { HttpAnswer, HttpRequest } from '../runtime/http.ts'
import { type MetricsDeps, metrics } from './metrics.ts'
import type { Pages } from './pages.ts'
import { TIME_LINES, type TimeLineDeps, timeLine } from './time-line.ts'

/** What the console needs beyond what everybody may ask `lookup`. */
export interface ConsoleDeps extends Pick<MetricsDeps, 'series' | 'pace'>, Pick<TimeLineDeps, 'callLog'> {
  readonly pages: Pages
}

/** Answers what only the console asks; `undefined` for other paths. @throws Refused: 400, 404, 503. */
export function forConsole(deps: TimeLineDeps & MetricsDeps, request: HttpRequest): Promise<HttpAnswer> | undefined {
  if (request.rawPath === '/v1/metrics') return metrics(deps, request)
  return request.rawPath.startsWith(TIME_LINES) ? timeLine(deps, request) : undefined
}
