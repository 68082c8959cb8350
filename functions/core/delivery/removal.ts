import { uniqueIdOf } from '../identity.ts'
import { emptiedBy, removeAbsorbed } from './absorb.ts'
import { ownershipNow } from './standing.ts'
import { isContact, type Step, type Work, type World } from './work.ts'

/**
 * Carried out when everything of the user that was under way is known, and on what HubSpot then answers for the vid: never
 * on a contact that has become another user's.
 */
export function remove(work: Work, world: World): Step {
  const { record, delivered, facts } = work
  const id = uniqueIdOf(record.key)
  if (delivered.vid === undefined) {
    const maybeCreated = delivered.maybeCreated || record.verify > delivered.verified
    if (maybeCreated && id !== undefined && facts.byId === undefined) return { do: 'read', by: 'id', ids: [id] }
  } else if (facts.byVid === undefined) {
    return { do: 'read', by: 'vid', ids: [delivered.vid] }
  }
  const look = delivered.looks.find(at => at > world.now)
  if (look !== undefined) return { do: 'later', at: look }
  const others = removeAbsorbed(work, world)
  if (others) return others
  const contact = delivered.vid === undefined ? facts.byId : facts.byVid
  const how = world.config.policies.deletedUser
  const mine = isContact(contact) && ['ours', 'absorbed'].includes(ownershipNow(work, contact, world).whose)
  if (!mine || how === 'keep') return { do: 'bury' }
  return { do: 'remove', vid: contact.vid, how, properties: emptiedBy(work, world) }
}
