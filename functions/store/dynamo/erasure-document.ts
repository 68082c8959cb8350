import * as v from 'valibot'
import type { Erasure } from '../../core/record.ts'
import type { Item } from './attributes.ts'
import { readDocument, vid } from './document.ts'

const FORMAT = 1

const document = v.object({ vid, at: v.number() })

export function encodeErasure({ vid, at }: Erasure): string {
  return JSON.stringify({ format: FORMAT, vid, at })
}

/** @throws UnreadableItem */
export function decodeErasure(item: Item): Erasure | undefined {
  return item.erased === undefined ? undefined : readDocument(item, 'erased', FORMAT, document)
}
