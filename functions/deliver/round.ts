import type { Input } from '../core/delivery/answers.ts'
import { decide } from '../core/delivery/decide.ts'
import { later, postpone, quarantined } from '../core/delivery/postpone.ts'
import { settle } from '../core/delivery/settle.ts'
import { absorbing, unlinked } from '../core/delivery/transitions.ts'
import { forgetRival, isContact, newWork, type Step, type Work, type World } from '../core/delivery/work.ts'
import { fingerprint } from '../core/fingerprint.ts'
import { inParallel } from '../core/parallel.ts'
import type { ContactRecord } from '../core/record.ts'
import type { Vid } from '../core/types.ts'
import { attempt } from './attempt.ts'
import { type Claiming, claim, TABLE_REQUESTS } from './claims.ts'
import { type Merging, merge } from './merges.ts'
import { meet, type Reading, read } from './reads.ts'
import { remove } from './removals.ts'
import { type Session, settleOne } from './session.ts'
import { mendStrays } from './strays.ts'
import { standAside } from './successions.ts'
import { write } from './writes.ts'

/**
 * Far more decisions than any record needs: one that goes on is going round in circles. Waiting does not count: of a
 * hundred users of whom each takes the next one's address, one can move at a time.
 */
const MOST_DECISIONS = 24

/**
 * Takes records from `due` to `settled`. All of them move together, so that every batch is as full as it can be:
 *
 *     decide each ─► settle those that are done
 *         ▲        ─► else read, claim, link what anybody needs to know ─┐
 *         ├──────────────────────────────────────────────────────────────┘
 *         │        ─► else merge and detach what is in anybody's way ─┐
 *         ├───────────────────────────────────────────────────────────┘
 *         │        ─► else create and update, 100 at a time ─┐
 *         └──────────────────────────────────────────────────┘
 *
 * Whatever is left when time is up, HubSpot is in trouble, or the process dies, is still due. A record whose handling
 * throws is quarantined; the others go on.
 */
export async function round(session: Session, records: readonly ContactRecord[], outside: World): Promise<void> {
  let works = records.map(newWork)
  const world: World = {
    ...outside,
    round: new Map(works.map(work => [work.record.key, work])),
    canDetach: session.deps.hubspot.canDetachEmails,
  }
  const decisions = new Map<Work, number>()
  const astray = new Set<Work>()
  while (works.length > 0 && !session.pause && !session.portalOutdated) {
    const steps = new Map<Work, Step>()
    const failed: Work[] = []
    for (const work of works) {
      const before = decisions.get(work) ?? 0
      const step =
        before < MOST_DECISIONS ? attempt(session, work.record.key, () => decide(work, world)) : givenUp(session, work)
      if (step) steps.set(work, step)
      else failed.push(work)
      if (step?.do !== 'wait') decisions.set(work, before + 1)
    }
    await inParallel(failed, TABLE_REQUESTS, async work => {
      session.deps.metrics.add('RecordsQuarantined', 1)
      await settleOne(session, work.record.key, () => quarantined(work, world))
    })
    if (await mendStrays(session, world, [...steps.keys()], astray)) {
      works = [...steps.keys()]
      continue
    }
    if (session.probingWrites && [...steps].some(hasLanded)) session.writesLand()
    await settleAll(session, steps, world)
    works = [...steps.keys()].filter(work => !['settle', 'later'].includes(steps.get(work)?.do ?? 'settle'))

    const waiting = works.filter(work => steps.get(work)?.do === 'wait')
    if (waiting.length > 0 && waiting.length === works.length) return postponeAll(session, steps, world)
    if (!(await prepare(session, world, works, steps))) {
      const finished = new Set(await change(session, world, works, steps))
      for (const work of works) {
        const step = steps.get(work)
        if ((step?.do === 'remove' || step?.do === 'bury') && (await remove(session, world, work, step)))
          finished.add(work)
        if (step?.do === 'stand_aside' && (await standAside(session, world, work, step.heir))) finished.add(work)
      }
      works = works.filter(work => !finished.has(work))
      // Whoever waits to become linked must see whom the others have become.
      for (const { facts } of waiting) facts.byEmail.clear()
    }
    if (!session.open) return
  }
}

/** Whatever a record needs before it can be written. `false`: nobody needs anything. */
async function prepare(
  session: Session,
  world: World,
  works: readonly Work[],
  steps: ReadonlyMap<Work, Step>,
): Promise<boolean> {
  const readings: Reading[] = []
  const claimings: Claiming[] = []
  const meetings: Work[] = []
  let turns = 0
  for (const work of works) {
    const step = steps.get(work)
    if (step?.do === 'read') readings.push({ work, step })
    if (step?.do === 'adopt' || step?.do === 'reserve') claimings.push({ work, step })
    if (step?.do === 'meet') meetings.push(work)
    if (step?.do === 'absorbed') {
      turns += 1
      work.delivered = absorbing(work.delivered, step.keys)
    }
    if (step?.do === 'unlink') {
      turns += 1
      work.delivered = unlinked(work.delivered)
      delete work.facts.byVid
    }
  }
  if (meetings.length > 0) await meet(session, meetings)
  if (readings.length > 0) await read(session, readings)
  await claim(session, world, claimings)
  return readings.length + meetings.length + claimings.length + turns > 0
}

/** What changes HubSpot. Merges and detached addresses first: they are in the way of other writes. */
async function change(
  session: Session,
  world: World,
  works: readonly Work[],
  steps: ReadonlyMap<Work, Step>,
): Promise<ReadonlySet<Work>> {
  const mergings: Merging[] = []
  const inputs: Input[] = []
  const written = new Set<Vid>()
  for (const work of hostsFirst(works, steps)) {
    const step = steps.get(work)
    if (step?.do === 'merge' || step?.do === 'detach') mergings.push({ work, step })
    if (step?.do !== 'create' && step?.do !== 'update') continue
    // HubSpot refuses a batch that names a contact twice: whoever comes second goes out next.
    if (step.do === 'update' && written.has(step.vid)) continue
    if (step.do === 'update') written.add(step.vid)
    const { facts } = work
    forgetRival(facts)
    const { properties } = step
    const target = step.do === 'update' ? { vid: step.vid, ...(step.guest ? { guest: step.guest } : {}) } : {}
    inputs.push({ work, trace: session.deps.random.id(), properties, ...target })
  }
  if (mergings.length > 0) return merge(session, world, mergings)
  return (await write(session, world, inputs)).finished
}

/** Whose the contacts are before their guests. */
function hostsFirst(works: readonly Work[], steps: ReadonlyMap<Work, Step>): Work[] {
  const isGuest = (work: Work): boolean => {
    const step = steps.get(work)
    return step?.do === 'update' && step.guest === true
  }
  return [...works.filter(work => !isGuest(work)), ...works.filter(isGuest)]
}

/** Everybody waits for somebody who is not in this round. */
async function postponeAll(session: Session, steps: ReadonlyMap<Work, Step>, world: World): Promise<void> {
  const waits = [...steps].flatMap(([work, step]) => (step.do === 'wait' ? [{ work, trouble: step.trouble }] : []))
  await inParallel(waits, TABLE_REQUESTS, async ({ work, trouble }) => {
    await settleOne(session, work.record.key, () => postpone(work, trouble, world))
  })
}

async function settleAll(session: Session, steps: ReadonlyMap<Work, Step>, world: World): Promise<void> {
  await inParallel([...steps], TABLE_REQUESTS, async ([work, step]) => {
    if (step.do === 'settle') await settleOne(session, work.record.key, () => settle(work, step.trouble, world))
    if (step.do === 'later') await settleOne(session, work.record.key, () => later(work, step.at, world))
  })
}

/** A record whose last write nobody answered for, and whose contact turns out to hold all of it. */
function hasLanded([{ record, facts }, step]: readonly [Work, Step]): boolean {
  const settled = step.do === 'settle' && step.trouble === undefined
  const { suspects, version } = record.delivered
  return settled && isContact(facts.byVid) && suspects.length > 0 && record.folded.version > version
}

/** It has been decided on so often that something is wrong with the deciding. */
function givenUp({ deps }: Session, { record }: Work): undefined {
  deps.log.error('a record goes round in circles and is left to later probes', {
    record: fingerprint(record.key),
    decisions: MOST_DECISIONS,
  })
}
