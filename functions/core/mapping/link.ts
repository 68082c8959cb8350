import type { Call, ObjectMapping } from '../mapping-settings.ts'
import type { Folded } from '../record.ts'
import type { ObjectKey } from '../types.ts'
import { valueAt } from './call.ts'
import { choicesIn, type Wish, wishOf } from './wish.ts'

type ContactLink = Exclude<ObjectMapping['contact'], false>

/** The registers of a link: `''` no association, `*` a plain one, otherwise labels joined by `;`. */
const LABELS = 'labels'
const PLAIN = '*'
/** Of a person's only object of a kind: which it is. */
const OBJECT = 'object'
/** Of a person's only object of a kind: whether they have left this one. What they have joined since stays joined. */
const left = (object: ObjectKey): string => `left:${object}`

/** There is to be no association. */
export const NO_LINK: ReadonlyMap<string, Wish> = new Map([[LABELS, { value: '' }]])

/** What a call says of how an object is joined to a person. */
export function linkWishes(
  object: ObjectKey,
  call: Call,
  link: ContactLink,
  removed: boolean,
): ReadonlyMap<string, Wish> {
  if (removed) return link.one ? new Map([[left(object), { value: true }]]) : NO_LINK
  const { labels, unfit } = labelsOf(call, link)
  return new Map<string, Wish>([
    [LABELS, { value: labels.length === 0 ? PLAIN : labels.join(';') }],
    ...(unfit ? [['labelsFrom', unfit] as const] : []),
    ...(link.one
      ? ([
          [OBJECT, { value: object }],
          [left(object), { value: false }],
        ] as const)
      : []),
  ])
}

/** Labels that cannot be read cost themselves alone. */
function labelsOf(call: Call, { labels, labelsFrom }: ContactLink) {
  const found = labelsFrom === undefined ? undefined : valueAt(call, labelsFrom)
  const wish: Wish = found === undefined ? { value: '' } : wishOf(found)
  if ('unfit' in wish) return { labels: [...labels].sort(), unfit: wish }
  return { labels: [...new Set([...labels, ...choicesIn(wish.value)])].sort() }
}

/** The association that a link's record asks for. */
export interface WantedLink {
  /** Of a person's only object of a kind; `undefined` where the record's key says which. */
  readonly object?: ObjectKey
  /** Names of labels; empty: the plain association. */
  readonly labels: readonly string[]
}

/** @returns `undefined` when there is to be no association, `'nothing'` when the record says nothing of any. */
export function wantedLink({ registers }: Pick<Folded, 'registers'>): WantedLink | 'nothing' | undefined {
  const labels = registers.get(LABELS)?.candidates[0].value
  const object = registers.get(OBJECT)?.candidates[0].value
  if (labels === undefined) return 'nothing'
  if (labels === '') return undefined
  const all = labels === PLAIN ? [] : String(labels).split(';')
  if (object === undefined) return { labels: all }
  if (!isObjectKey(object) || registers.get(left(object))?.candidates[0].value === true) return undefined
  return { object, labels: all }
}

const isObjectKey = (key: unknown): key is ObjectKey => typeof key === 'string' && key.startsWith('object#')
