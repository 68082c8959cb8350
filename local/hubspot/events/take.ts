import { findById, findByProperty } from '../crm/find.ts'
import { createRecord } from '../crm/write.ts'
import { invalid } from '../errors.ts'
import type { JsonObject } from '../message.ts'
import type { ObjectSpace, Portal } from '../portal.ts'
import type { EventDefinition } from './definition.ts'
import type { Identifier, SentEvent } from './occurrence.ts'
import { parseEvent } from './parse.ts'

/**
 * Takes one event (facts §9); of several with one uuid, the first.
 * @throws HubSpotError 400 for what is wrong with it, and by switch for a taken uuid or an unknown record
 */
export function takeEvent(portal: Portal, raw: JsonObject): void {
  const { event, definition } = parseEvent(portal, raw)
  const { eventName, uuid } = event
  const receivedAt = portal.clock.now()
  if (uuid !== undefined && portal.eventLog.isTaken(eventName, uuid, receivedAt)) {
    if (portal.switches.eventUuidTwice === 'silent') return
    throw invalid(`An event of the type ${eventName} with the uuid ${uuid} was received before`)
  }
  const space = portal.space(definition.primaryObject)
  const identifiedBy = identifierOf(event, definition)
  const recordId = recordOf(portal, space, event, definition, identifiedBy)
  const { id } = portal.eventLog.add({
    ...event,
    receivedAt,
    identifiedBy,
    typeId: space.type.typeId,
    ...(recordId === undefined ? {} : { recordId }),
  })
  portal.noteDeed({ kind: 'event', id, eventName, ...(recordId === undefined ? {} : { recordId }) })
}

/** facts §9: the strongest that was sent counts, whether or not it leads to anybody. */
function identifierOf(event: SentEvent, { customMatchingId }: EventDefinition): Identifier {
  if (customMatchingId && event.properties[customMatchingId.eventPropertyName]) return 'customMatchingId'
  if (event.objectId !== undefined) return 'objectId'
  return event.email === undefined ? 'utk' : 'email'
}

function recordOf(
  portal: Portal,
  space: ObjectSpace,
  event: SentEvent,
  { customMatchingId }: EventDefinition,
  identifiedBy: Identifier,
): string | undefined {
  switch (identifiedBy) {
    case 'customMatchingId': {
      const { eventPropertyName = '', targetObjectPropertyName = '' } = customMatchingId ?? {}
      return findByProperty(portal, space, targetObjectPropertyName, event.properties[eventPropertyName] ?? '')?.id
    }
    case 'objectId':
      return byId(portal, space, event.objectId ?? '')
    case 'email':
      return byEmail(portal, event.email ?? '')
    case 'utk':
      return visitor(portal, event.utk ?? '')
  }
}

/** facts §9 B: merges are followed, by switch. */
function byId(portal: Portal, space: ObjectSpace, id: string): string | undefined {
  const { eventMergedAway, eventUnknownObject } = portal.switches
  if (space.store.isMergedAway(id) && eventMergedAway === 'lost') return undefined
  const record = findById(space, id)
  if (!record && eventUnknownObject === 'rejected') throw invalid(`There is no object with the id ${id}`)
  return record?.id
}

/** facts §9 X: whether an unknown address makes a contact, by switch. */
function byEmail(portal: Portal, email: string): string | undefined {
  const { contacts } = portal
  const record = findByProperty(portal, contacts, 'email', email)
  if (record || portal.switches.eventUnknownEmail === 'unassociated') return record?.id
  return createRecord(portal, contacts, new Map([['email', email]])).id
}

const visitor = (portal: Portal, utk: string) => {
  const vid = portal.visitors.get(utk)
  return vid === undefined ? undefined : findById(portal.contacts, vid)?.id
}
