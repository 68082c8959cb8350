import type { Scopes } from '../crm/object-type.ts'
import type { Portal } from '../portal.ts'
import type { Budget } from '../traffic/limits.ts'
import type { Answer, Call, ObjectCall } from './call.ts'
import type { Family } from './paths.ts'

/** What stands at a route's placeholders, by their names. */
export type Segments = ReadonlyMap<string, string>

/** One endpoint. */
export interface Route {
  readonly method: string
  readonly family: Family
  /** `{type}`, `{id}` and the like stand for any segment. */
  readonly path: string
  /** Of each list, one suffices. */
  readonly scopes: (segments: Segments, portal: Portal) => readonly (readonly string[])[]
  /** What the call counts against. */
  readonly budget: Budget
  /** facts §9: only on the plan Enterprise. */
  readonly enterprise?: boolean
  readonly answer: (call: Call, segments: Segments) => Answer
}

interface Plain {
  /** One of these suffices; none: everybody may. */
  readonly scopes?: readonly string[]
  readonly budget?: Budget
  readonly enterprise?: boolean
}

/** Endpoints of one family, whose answers get what stands at the placeholders, in their order. */
export const routesOf =
  (family: Family) =>
  (
    method: string,
    path: string,
    { scopes = [], budget = 'calls', enterprise = false }: Plain,
    answer: (call: Call, ...segments: string[]) => Answer,
  ): Route => ({
    method,
    family,
    path,
    scopes: () => [scopes],
    budget,
    enterprise,
    answer: (call, segments) => answer(call, ...segments.values()),
  })

/** Endpoints on the records of the type at `{type}`. */
export const typedRoutesOf =
  (family: Family) =>
  (
    method: string,
    path: string,
    needs: keyof Scopes,
    answer: (call: ObjectCall, ...segments: string[]) => Answer,
    budget: Budget = 'calls',
  ): Route => ({
    method,
    family,
    path,
    scopes: (segments, portal) => {
      const space = portal.findSpace(segments.get('type') ?? '')
      return space ? [[space.type.scopes[needs]]] : []
    },
    budget,
    answer: (call, segments) => {
      const [type = '', ...others] = segments.values()
      return answer({ ...call, space: call.portal.space(type) }, ...others)
    },
  })
