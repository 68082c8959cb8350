import {
  answerForId,
  answerForVid,
  type Input,
  learnByEmail,
  learnRefusal,
  sortAnswer,
} from '../../functions/core/delivery/answers.ts'
import { decide } from '../../functions/core/delivery/decide.ts'
import { doubt } from '../../functions/core/delivery/doubt.ts'
import { settle } from '../../functions/core/delivery/settle.ts'
import { linked, taken, unlinked } from '../../functions/core/delivery/transitions.ts'
import { newWork, type Step, type Work, type World } from '../../functions/core/delivery/work.ts'
import type { BatchResult } from '../../functions/core/hubspot.ts'
import type { ContactRecord } from '../../functions/core/record.ts'
import type { ClaimKey, Settlement } from '../../functions/core/store.ts'
import { type Portal, type Request, read, TRACE } from './small-hubspot.ts'

/** A write announced in the table. */
export interface Announced {
  readonly kind: 'create' | 'update'
  readonly properties: readonly string[]
}

/** What of the table concerns one user. */
export interface Table {
  readonly record: ContactRecord | undefined
  /** What the user has claimed: nobody else is there to claim anything. */
  readonly claims: ReadonlySet<ClaimKey>
  readonly journal: Announced | undefined
}

/** How far a deliverer is. Between any two of its steps it may die, and everything else may happen. */
export type Progress =
  | { readonly at: 'idle' | 'forgetting' }
  | { readonly at: 'deciding' | 'refused'; readonly work: Work }
  | { readonly at: 'claimed'; readonly work: Work; readonly step: Extract<Step, { do: 'adopt' }> }
  | { readonly at: 'announced' | 'called' | 'silence'; readonly input: Input }
  | { readonly at: 'answered' | 'claimedNew'; readonly input: Input; readonly answer: BatchResult }

export interface Move {
  readonly how: string
  readonly table: Table
  readonly progress: Progress
  /** A request that goes out. */
  readonly request?: Request
}

const ID = 'internal_user_id'
const IDLE: Progress = { at: 'idle' }

/**
 * The next step of `deliver` for one record alone: what `functions/deliver` does with batches, claims of others and
 * pauses left out, every write to the table and every call to HubSpot a step of its own.
 * @returns `undefined` when there is nothing to do, or when it waits for an answer.
 */
export function move(table: Table, progress: Progress, portal: Portal, world: World): Move | undefined {
  switch (progress.at) {
    case 'idle':
      return begin(table, world)
    case 'forgetting':
      return { how: 'forget the call', table: { ...table, journal: undefined }, progress: IDLE }
    case 'deciding':
      return act(table, copyOf(progress.work), portal, world)
    case 'refused':
      return {
        how: 'forget the refused call',
        table: { ...table, journal: undefined },
        progress: { at: 'deciding', work: progress.work },
      }
    case 'claimed': {
      const work = copyOf(progress.work)
      work.delivered = linked(work, progress.step.contact, progress.step.keepEmail)
      work.facts.byVid = progress.step.contact
      delete work.facts.rivalVid
      delete work.facts.rival
      const { record } = work
      const basis = { foldVersion: record.folded.version, verify: record.verify }
      const settled = afterSettling(table, { key: record.key, delivered: work.delivered, basis, due: record.due })
      return { how: 'link', table: settled, progress: { at: 'deciding', work } }
    }
    case 'announced': {
      const { vid, properties } = progress.input
      return {
        how: `call ${vid === undefined ? 'create' : 'update'}`,
        table,
        progress: { ...progress, at: 'called' },
        request: { properties, ...(vid === undefined ? {} : { vid }) },
      }
    }
    case 'called':
      return undefined
    case 'silence':
      return {
        how: 'doubt',
        table: afterSettling(table, doubt(progress.input.work, announcementOf(progress.input), world)),
        progress: { at: 'forgetting' },
      }
    case 'answered':
    case 'claimedNew':
      return heed(table, progress, world)
  }
}

function begin(table: Table, world: World): Move | undefined {
  const { record, journal } = table
  if (journal && record) {
    const settlement = doubt(newWork(record), journal, world)
    return { how: 'doubt a call of before', table: afterSettling(table, settlement), progress: { at: 'forgetting' } }
  }
  if (!record?.due || record.due.at > world.now) return undefined
  return { how: 'begin', table, progress: { at: 'deciding', work: newWork(record) } }
}

/** What `decide` says. */
function act(table: Table, work: Work, portal: Portal, world: World): Move {
  const step = decide(work, world)
  const goOn = (how: string, claims = table.claims): Move => ({
    how,
    table: { ...table, claims },
    progress: { at: 'deciding', work },
  })
  switch (step.do) {
    case 'settle':
      return {
        how: step.trouble ? `settle: ${step.trouble.code}` : 'settle',
        table: afterSettling(table, settle(work, step.trouble, world)),
        progress: IDLE,
      }
    case 'read':
      learn(work, step, portal)
      return goOn(`read by ${step.by}`)
    case 'unlink':
      work.delivered = unlinked(work.delivered)
      delete work.facts.byVid
      return goOn('unlink')
    case 'reserve':
      work.facts.reserved.add(step.email)
      return goOn('reserve', new Set([...table.claims, `email#${step.email}` as const]))
    case 'adopt':
      return {
        how: 'claim',
        table: { ...table, claims: new Set([...table.claims, `vid#${step.contact.vid}` as const]) },
        progress: { at: 'claimed', work, step },
      }
    case 'wait':
    case 'merge':
    case 'detach':
    case 'remove':
    case 'later':
    case 'bury':
    case 'meet':
    case 'absorbed':
    case 'stand_aside':
      throw new Error(`${step.do}: there is nobody else in this world`)
    case 'create':
    case 'update': {
      const input: Input = {
        work,
        trace: TRACE,
        properties: step.properties,
        ...(step.do === 'update' ? { vid: step.vid } : {}),
      }
      return {
        how: `announce ${step.do}`,
        table: { ...table, journal: announcementOf(input) },
        progress: { at: 'announced', input },
      }
    }
  }
}

const announcementOf = ({ vid, properties }: Input): Announced => ({
  kind: vid === undefined ? 'create' : 'update',
  properties: Object.keys(properties),
})

function learn({ facts, record }: Work, step: Extract<Step, { do: 'read' }>, portal: Portal): void {
  const work = { facts, record, delivered: record.delivered }
  const [id = ''] = step.ids
  if (step.by === 'email') learnByEmail([work], step.ids, read(portal, 'email', step.ids))
  else if (step.by === 'id') facts.byId = answerForId(id, read(portal, ID, step.ids), ID)
  else {
    const answer = answerForVid(id, read(portal, 'vid', step.ids), true)
    if (answer !== undefined) facts[step.by === 'vid' ? 'byVid' : 'rival'] = answer
  }
}

/** What the answer to a write says: the vid of a new contact is claimed first, then all is settled. */
function heed(table: Table, { at, input, answer }: Extract<Progress, { answer: BatchResult }>, world: World): Move {
  const work = copyOf(input.work)
  const { done, refused } = sortAnswer([{ ...input, work }], answer, ID)
  const [success] = done
  const [failure] = refused
  if (success && input.vid === undefined && at === 'answered') {
    const claims = new Set([...table.claims, `vid#${success.contact.vid}` as const])
    return { how: 'claim the new contact', table: { ...table, claims }, progress: { at: 'claimedNew', input, answer } }
  }
  if (success) {
    work.delivered = taken(work, input.vid ?? success.contact.vid, input.properties, world)
    return {
      how: 'settle what was sent',
      table: afterSettling(table, settle(work, undefined, world)),
      progress: { at: 'forgetting' },
    }
  }
  if (!failure) throw new Error('this HubSpot leaves nothing out')
  learnRefusal({ ...input, work }, failure.error, ID)
  return { how: `refused: ${failure.error.code}`, table, progress: { at: 'refused', work } }
}

/** The table's own rule: the due key changes only on the version and the doubts that were read. */
function afterSettling(table: Table, { delivered, basis, due, raiseVerify }: Settlement): Table {
  const { record } = table
  if (!record) return table
  const { due: before, ...rest } = { ...record, delivered, verify: record.verify + (raiseVerify ? 1 : 0) }
  const stands = raiseVerify || (record.folded.version === basis.foldVersion && record.verify === basis.verify)
  const next = stands ? due : before
  return { ...table, record: next ? { ...rest, due: next } : rest }
}

/** Decisions learn into their work: two stories must not share one. */
function copyOf({ record, delivered, facts }: Work): Work {
  const { byEmail, claims, reserved, refused } = facts
  const copies = {
    byEmail: new Map(byEmail),
    claims: new Map(claims),
    reserved: new Set(reserved),
    refused: new Map(refused),
  }
  return { record, delivered, facts: { ...facts, ...copies } }
}
