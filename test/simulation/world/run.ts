import type { Millis } from '../../../functions/core/types.ts'
import { perform } from './deeds.ts'
import { guard } from './guard.ts'
import { Judge } from './judge.ts'
import type { Plan } from './plan.ts'
import type { Version } from './root.ts'
import { Stuck } from './scheduler.ts'
import { sayingOf } from './tags.ts'
import { startTroubles } from './troubles.ts'
import { DAY, World, type Wrong } from './world.ts'

export interface Outcome {
  readonly seed: number
  readonly hash: string
  readonly wrongs: readonly Wrong[]
  readonly counts: ReadonlyMap<string, number>
  /** How often each invariant was judged. */
  readonly judged: ReadonlyMap<string, number>
  readonly steps: number
  /** Virtual. */
  readonly took: Millis
  readonly trace: readonly string[]
  /** The records and contacts at the end, for people. */
  readonly end: readonly string[]
}

const SWEEP: Millis = 60_000
/** More than any run takes: it turns in circles. */
const MOST_STEPS = 400_000
/** How long after the last fault everything must be done that needs no slow probe. */
const CONVERGED: Millis = 45 * 60_000
const MOST_SKEW: Millis = 15 * 60_000
/** How long until conflicts whose cause is gone have healed: the slowest probe is a day. */
const HEALED: Millis = 3 * DAY

/**
 * One run: a storm of deeds and faults, a calm in which everything must come to rest, a peace in which everybody says
 * something last, with an address of their own, and in which every conflict must heal. Judged after each.
 */
export async function run(
  plan: Plan,
  versions: readonly Version[],
  options: { readonly trace?: boolean } = {},
): Promise<Outcome> {
  const world = new World(plan, versions)
  const { scheduler } = world
  if (options.trace) scheduler.trace.keep()
  const release = guard(scheduler)
  try {
    await scheduler.run(story(world), MOST_STEPS)
  } catch (error) {
    if (!(error instanceof Stuck)) throw error
    world.hold('everything comes to an end', false, () => error.message)
  } finally {
    release()
  }
  countCalls(world)
  world.hold('everything comes to an end', true, () => '')
  scheduler.trace.add(JSON.stringify(world.hubspot.ledger.counts.byRoute), scheduler.elapsed)
  return {
    seed: plan.seed,
    hash: scheduler.trace.hash,
    wrongs: world.wrongs,
    counts: world.counts,
    judged: world.judged,
    steps: scheduler.steps,
    took: scheduler.elapsed,
    trace: scheduler.trace.lines,
    end: world.wrongs.length > 0 ? await ending(world) : [],
  }
}

async function story(world: World): Promise<void> {
  const { plan, scheduler, hubspot } = world
  const judge = new Judge(world)
  void sweepForEver(world, judge)
  const troubles = startTroubles(world)
  await Promise.all(
    plan.deeds.map(async deed => {
      await scheduler.sleep(deed.at - scheduler.elapsed, deed.do)
      await perform(world, deed)
    }),
  )
  await troubles
  hubspot.clearFaults()
  if (await rest(world, judge, CONVERGED, 'calm')) await judge.atRest()
  if (world.wrongs.length > 0) return
  // Longer than any clock is behind: what is said last is the newest by every clock.
  await scheduler.sleep(MOST_SKEW, 'peace')
  await peace(world)
  if (await rest(world, judge, HEALED, 'peace')) await judge.inPeace()
}

/** What a user is in the end. */
export const lastTraits = (user: string) => ({
  email: `${user}-last@example.com`,
  city: sayingOf(user, 1_000),
  firstName: sayingOf(user, 1_001),
  birthday: '1990-01-01',
  jobTitle: sayingOf(user, 1_002),
})

/** Everybody who is somebody says something last, with an address that nobody else has ever had. */
async function peace(world: World): Promise<void> {
  const { elapsed } = world.scheduler
  for (const user of living(world))
    await perform(world, { at: elapsed, do: 'identify', user, traits: lastTraits(user) })
}

/** Users who have not become others. */
export const living = ({ plan }: World): string[] => {
  const named = plan.deeds.flatMap(deed => ('user' in deed && deed.do !== 'forge' ? [deed.user] : []))
  const gone = new Set(plan.deeds.flatMap(deed => (deed.do === 'alias' ? [deed.previous] : [])))
  return [...new Set(named)].filter(user => !gone.has(user)).sort()
}

/** @returns whether everything came to rest in time */
async function rest(world: World, judge: Judge, within: Millis, phase: 'calm' | 'peace'): Promise<boolean> {
  const { scheduler } = world
  const end = scheduler.elapsed + within
  let open = judge.open(phase)
  while (open !== undefined && scheduler.elapsed < end) {
    await scheduler.sleep(5_000, phase)
    open = judge.open(phase)
    // Whoever waits for a probe of tomorrow is not looked at every five seconds.
    const next = judge.nextDue() - scheduler.elapsed
    if (open !== undefined && next > SWEEP)
      await scheduler.sleep(Math.min(next, end - scheduler.elapsed) - SWEEP, phase)
  }
  const invariant =
    phase === 'calm' ? 'everything converges once faults stop' : 'conflicts heal once their cause is gone'
  world.hold(invariant, open === undefined, () => open ?? '')
  return open === undefined
}

/** Every minute, but for minutes in which there is nothing to find. */
async function sweepForEver(world: World, judge: Judge): Promise<void> {
  const { scheduler, faults, watch } = world
  for (;;) {
    const begun = scheduler.elapsed
    for (
      let due = judge.nextDue();
      due > scheduler.elapsed || scheduler.elapsed < begun + SWEEP;
      due = judge.nextDue()
    ) {
      const moment = Math.max(due, begun + SWEEP)
      let callOff = () => {}
      const time = new Promise<void>(wake => {
        callOff = scheduler.after(moment - scheduler.elapsed, 'schedule', wake)
      })
      await Promise.race(due > begun + SWEEP ? [time, watch.dueChanged()] : [time])
      callOff()
    }
    const missed = faults
      .of('sweeps missed')
      .find(({ at, for: length }) => scheduler.elapsed >= at && scheduler.elapsed < at + length)
    if (missed) faults.count(missed)
    else void world.invoke('sweep', {}).catch(() => undefined)
  }
}

async function ending(world: World): Promise<string[]> {
  const records = await new Judge(world).records()
  const contacts = world.hubspot.contacts()
  return [
    ...records.map(({ key, folded, delivered, due }) => {
      const { state, vid, email, withheld, problem, version, deletion } = delivered
      const values = Object.fromEntries(
        [...folded.registers].map(([name, { candidates }]) => [name, candidates[0].value]),
      )
      const { aliasOf, version: wanted } = folded
      return JSON.stringify({
        key,
        values,
        wanted,
        aliasOf: aliasOf?.key,
        deleted: folded.deletion?.time,
        version,
        state,
        vid,
        email,
        withheld: [...withheld],
        problem,
        deletion,
        due,
      }).slice(0, 600)
    }),
    ...contacts.map(
      ({ vid, email, secondaryEmails, mergedVids, properties: { internal_user_id, city, firstname, lastname } }) =>
        JSON.stringify({ vid, email, secondaryEmails, mergedVids, internal_user_id, city, firstname, lastname }).slice(
          0,
          300,
        ),
    ),
  ]
}

/** Faults of HubSpot are counted by what its ledger says of the calls that they struck. */
function countCalls(world: World): void {
  const { hubspot, faults, scheduler } = world
  const began = world.now() - scheduler.elapsed
  for (const { fault: kind, status, receivedAt } of hubspot.ledger.calls) {
    const at = receivedAt - began
    for (const fault of [...faults.of('hubspot'), ...faults.of('forbidden')]) {
      if (at < fault.at || at > fault.at + fault.for) continue
      if (fault.kind === 'hubspot' ? fault.fault.kind === kind : status === 403) faults.count(fault)
    }
  }
}
