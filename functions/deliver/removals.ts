import { doubt } from '../core/delivery/doubt.ts'
import { absorbing, buried } from '../core/delivery/transitions.ts'
import type { Step, Work, World } from '../core/delivery/work.ts'
import type { Answer } from '../core/hubspot.ts'
import { answeredAll } from './answered.ts'
import { ofThisAlone } from './merges.ts'
import type { Session } from './session.ts'

export type RemovalStep = Extract<Step, { do: 'remove' | 'bury' }>

/**
 * Carries out a user's deletion, one user at a time. Each of its calls may be repeated, so that a crash needs nothing
 * written down: the deletion is carried out again.
 * @returns whether the record's round is over.
 */
export async function remove(session: Session, world: World, work: Work, step: RemovalStep): Promise<boolean> {
  const { clock } = session.deps
  if (step.do === 'remove') {
    const turn = await session.turn()
    const answer = await turn?.call('write', async () => ofThisAlone(await carryOut(session, step)))
    if (answer)
      session.callLog.note({
        record: work.record,
        inputs: 1,
        sent: {},
        answer,
        answered: answeredAll(answer, step.vid),
      })
    if (answer?.kind === 'unavailable' && !answer.neverSent) {
      // It may still land, also after the user has come back: known first, then done again.
      await session.settle(doubt(work, { kind: 'update', properties: [] }, { ...world, now: clock.now() }))
      return true
    }
    if (answer?.kind === 'rejected' && answer.errors.every(({ code }) => code !== 'not_found')) {
      const reason = answer.errors.map(({ message }) => message).join('; ')
      work.facts.refusal = { code: 'rejected', message: `HubSpot refused to delete the contact: ${reason}` }
      return false
    }
    if (answer?.kind !== 'ok' && answer?.kind !== 'rejected') return false
  }
  if (step.do === 'remove' && step.absorbs) {
    work.delivered = absorbing(work.delivered, [step.absorbs])
    await session.link(work)
    return false
  }
  const { vid, email } = work.delivered
  work.delivered = buried(work)
  delete work.facts.byVid
  work.facts.byEmail.clear()
  await session.link(work)
  if (vid !== undefined) await session.release(`vid#${vid}`, work.record.key)
  if (email !== undefined) await session.release(`email#${email}`, work.record.key)
  return false
}

async function carryOut(
  { deps: { hubspot, random, config } }: Session,
  { vid, how, properties }: Extract<RemovalStep, { do: 'remove' }>,
): Promise<Answer<unknown>> {
  if (how === 'archive') return hubspot.archiveContacts([vid])
  if (how === 'erase') return hubspot.eraseContact(vid)
  const emptied = { ...properties, [config.contacts.uniqueProperty]: '' }
  return hubspot.updateContacts([{ trace: random.id(), vid, properties: emptied }])
}
