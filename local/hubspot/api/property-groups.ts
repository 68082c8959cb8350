import type { PropertyGroup } from '../crm/property.ts'
import { type Answer, bodyOf, type ObjectCall, optionalString, requiredString } from './call.ts'
import { refuseMissing } from './property-body.ts'

export function listGroups({ space }: ObjectCall): Answer {
  return { status: 200, body: { results: space.schema.groups.list().map(show) } }
}

export function getGroup({ space }: ObjectCall, name: string): Answer {
  return { status: 200, body: show(space.schema.groups.require(name)) }
}

/** 409 for a taken name */
export function createGroup(call: ObjectCall): Answer {
  const body = bodyOf(call)
  refuseMissing(body, ['name', 'label'])
  const displayOrder = typeof body.displayOrder === 'number' ? body.displayOrder : -1
  const group = { name: requiredString(body, 'name'), label: requiredString(body, 'label'), displayOrder }
  return { status: 201, body: show(call.space.schema.groups.create(group)) }
}

export function changeGroup(call: ObjectCall, name: string): Answer {
  const { groups } = call.space.schema
  const body = bodyOf(call)
  const group = groups.require(name)
  const displayOrder = typeof body.displayOrder === 'number' ? body.displayOrder : group.displayOrder
  const changed = groups.put({ ...group, label: optionalString(body, 'label') ?? group.label, displayOrder })
  return { status: 200, body: show(changed) }
}

export function archiveGroup({ space }: ObjectCall, name: string): Answer {
  space.schema.groups.remove(name)
  return { status: 204 }
}

const show = (group: PropertyGroup) => ({ ...group, archived: false })
