import type { Millis } from '../../../../functions/core/types.ts'
import type { SeededRandom } from '../../../../local/hubspot/random.ts'
import type { Deed, Traits } from '../deeds.ts'
import { any, chance } from '../plan.ts'
import { sayingOf } from '../tags.ts'
import { ROLES } from './setting.ts'

/** Draws what is said beside contacts, of a few companies, orders and teams, by the users that a run has anyway. */
export function drawKindDeeds(random: SeededRandom, length: Millis, users: readonly string[]): Deed[] {
  const companies = Array.from({ length: 1 + random.integer(3) }, (_, index) => `grp7x-${index}`)
  const moments = Array.from({ length: 4 + random.integer(14) }, () => random.integer(length)).sort((a, b) => a - b)
  return moments.map((at, nr): Deed => {
    const user = any(random, users)
    const said = { at, user, ...(chance(random, 0.2) ? { ago: random.integer(60_000) } : {}) }
    const did = (event: string, properties: Traits): Deed => ({
      ...said,
      do: 'track',
      event,
      properties: { ...properties, nr: `${at}-${nr}` },
    })
    switch (random.integer(8)) {
      case 0:
      case 1: {
        const company = any(random, companies)
        const traits = {
          ...(chance(random, 0.7) ? { name: sayingOf(company, nr) } : {}),
          ...(chance(random, 0.3) ? { city: chance(random, 0.3) ? null : sayingOf(company, nr) } : {}),
          ...(chance(random, 0.6) ? { role: any(random, ROLES) } : {}),
        }
        return { ...said, do: 'group', group: company, traits }
      }
      case 2:
        return did('Company Left', { company: any(random, companies) })
      case 3:
        return did('Order Completed', { order_id: `ord7x-${random.integer(3)}`, title: sayingOf('order', nr) })
      case 4:
        return did('Team Joined', { team: `team7x-${random.integer(3)}` })
      case 5:
        return did(chance(random, 0.5) ? 'Trial Started' : 'Trial Ended', {})
      case 6:
        return did('Page Seen', { note: sayingOf(user, nr) })
      default: {
        const vip = chance(random, 0.6) ? { vip: chance(random, 0.5) } : {}
        const newsletter = chance(random, 0.6) ? { newsletter: chance(random, 0.5) } : {}
        return { ...said, do: 'identify', traits: { ...vip, ...newsletter } }
      }
    }
  })
}
