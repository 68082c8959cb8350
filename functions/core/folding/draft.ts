import type { Config } from '../config.ts'
import type { Stamp } from '../event.ts'
import { type Kind, kindOf } from '../keys.ts'
import { propertyOf } from '../mapping/choice.ts'
import type { ContactRecord, Hint, Occurrence, Problem, Register, Split } from '../record.ts'
import type { Schema } from '../schema.ts'
import type { Millis, RecordKey } from '../types.ts'

export interface FoldWorld {
  /** The portal's properties of the record's type as last read; `undefined` before the first reading. */
  readonly schema: Schema | undefined
  readonly config: Config
  readonly now: Millis
}

/** A record's fold side while events are folded into it. */
export interface Draft {
  readonly kind: Kind
  /** Whether the registers are properties, whose types the portal knows. */
  readonly typed: boolean
  readonly registers: Map<string, Register>
  readonly problems: Map<string, Problem & { stamp: Stamp }>
  /** The version that changed values get. */
  readonly version: number
  changed: boolean
  /** A value was given, or has changed, that HubSpot, as far as is known, has no property for. */
  unknownGiven: boolean
  unknownChanged: boolean
  deletion: Stamp | undefined
  split: Split | undefined
  hint: Hint | undefined
  occurrence: Occurrence | undefined
  bytes: number
  /** Without a vid, any of the latest addresses may be the one under which HubSpot knows the user. */
  readonly addressesOpen: boolean
  readonly world: FoldWorld
}

/** What begins as the record is, and is changed event by event. */
export const draftOf = (key: RecordKey, record: ContactRecord | undefined, world: FoldWorld): Draft => {
  const before = record?.folded
  const kind = kindOf(key)
  return {
    kind,
    typed: kind === 'contact' || kind === 'object',
    registers: new Map(before?.registers),
    problems: new Map(before?.problems),
    version: (before?.version ?? 0) + 1,
    changed: false,
    unknownGiven: false,
    unknownChanged: false,
    deletion: before?.deletion,
    split: before?.split,
    hint: before?.hint,
    occurrence: before?.occurrence,
    bytes: [...(before?.registers ?? [])].reduce((sum, [name, register]) => sum + sizeOf(name, register), 0),
    addressesOpen: kind === 'contact' && record?.delivered.vid === undefined,
    world,
  }
}

/** What a register is told to be of: of a choice, its property. Names of lists and the like are nothing but names. */
export const subjectOf = ({ typed }: Pick<Draft, 'typed'>, register: string): string =>
  typed ? propertyOf(register) : register

/** Bytes of a register's name and values, roughly as stored: as JSON, in which a control character takes six. */
export function sizeOf(name: string, register: Register): number {
  const values = register.candidates.map(({ value }) => Buffer.byteLength(JSON.stringify(value)) + 10)
  return name.length + values.reduce((sum, size) => sum + size, 0)
}
