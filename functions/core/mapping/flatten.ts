import { isObject } from '../parse/json.ts'
import type { Json } from '../types.ts'
import { type Wish, wishOf } from './wish.ts'

const DEEPEST = 8

/** A value and its place: names joined by dots. */
export interface Leaf {
  readonly path: string
  readonly wish: Wish
}

/**
 * The plain values and lists among nested ones.
 * @param enter whether to look at what stands under a path at all
 */
export function* flatten(
  values: { readonly [name: string]: Json },
  enter: (path: string) => boolean = () => true,
): Generator<Leaf> {
  for (const [name, value] of Object.entries(values)) yield* leavesOf(name, value, 1, enter)
}

function* leavesOf(path: string, value: Json, depth: number, enter: (path: string) => boolean): Generator<Leaf> {
  if (!enter(path)) return
  if (!isObject(value)) yield { path, wish: wishOf(value) }
  else if (depth === DEEPEST) yield { path, wish: { unfit: 'is nested too deeply' } }
  else for (const [name, inner] of Object.entries(value)) yield* leavesOf(`${path}.${name}`, inner, depth + 1, enter)
}
