import type { Millis } from '../../../functions/core/types.ts'
import type { Fault } from './faults.ts'
import type { World } from './world.ts'

const MOST_CALL: Millis = 20_000

/** Starts the faults that come by themselves. @returns when all of them are over */
export async function startTroubles(world: World): Promise<void> {
  await Promise.all(world.plan.faults.map(fault => start(world, fault)))
  // What is to land late lands so long after its call.
  const left = world.faults.end + MOST_CALL - world.scheduler.elapsed
  if (left > 0) await world.scheduler.sleep(left, 'faults end')
}

async function start(world: World, fault: Fault): Promise<void> {
  const { scheduler, faults, hubspot } = world
  const until = (moment: number) => scheduler.sleep(moment - scheduler.elapsed, fault.kind)
  switch (fault.kind) {
    case 'hubspot': {
      await until(fault.at)
      const end = hubspot.addFault({
        match: { probability: fault.probability, ...(fault.path === undefined ? {} : { path: fault.path }) },
        fault: fault.fault,
      })
      await until(fault.at + fault.for)
      return end()
    }
    case 'forbidden':
      await until(fault.at)
      hubspot.setSwitch('missingScopes', ['crm.objects.contacts.write'])
      await until(fault.at + fault.for)
      return hubspot.setSwitch('missingScopes', [])
    case 'token rotated':
      await until(fault.at)
      // Known before the old one ends, or only after it.
      world.revoked.add(world.plan.tokens[0] ?? '')
      faults.count(fault)
      await until(fault.at + fault.known)
      world.secrets = { ...world.secrets, hubspotAccessToken: world.plan.tokens[1] ?? '' }
      return
    case 'replay': {
      await until(fault.at)
      const bodies = [...world.queued]
      const body = bodies[Math.floor(fault.message * bodies.length)]
      if (body === undefined) return
      faults.count(fault)
      const group = `replayed-${fault.at}`
      world.events.send({ body, group, deduplicationId: group })
      return
    }
    case 'dead letters': {
      await until(fault.redriveAt)
      for (const { body, group, id } of world.deadLetters.empty()) {
        faults.count(fault)
        world.events.send({ body, group, deduplicationId: `redriven-${id}` })
      }
      return
    }
    case 'wake-ups by the hundred':
      await until(fault.at)
      faults.count(fault)
      for (let count = 0; count < 100; count++) {
        world.wakeUps.send({ body: 'look', group: 'deliver', deduplicationId: `flood-${fault.at}-${count}` })
      }
      return
    case 'second deliverer':
      await until(fault.at)
      faults.count(fault)
      // Nobody's message: as if the queue had lost its lock.
      await world.invoke('deliver', { Records: [] }).catch(() => undefined)
      return
    case 'two sweeps':
      await until(fault.at)
      faults.count(fault)
      await Promise.allSettled([world.invoke('sweep', {}), world.invoke('sweep', {})])
      return
    case 'clock jump':
      await until(fault.at)
      faults.count(fault)
      for (const sandbox of world.sandboxes(fault.fn)) sandbox.skew += fault.by
      return
    default:
      return
  }
}
