import type { Answer } from '../../functions/core/hubspot.ts'
import type { HubSpotObjects } from '../../functions/core/hubspot-objects.ts'
import type { Creation } from './finding.ts'

/** What creating takes. */
export type Creating = Pick<
  HubSpotObjects,
  'createProperty' | 'createEventDefinition' | 'createAssociationLabel' | 'createList'
>

/** Makes something in a portal. */
export function create(hubspot: Creating, creation: Creation): Promise<Answer<unknown>> {
  switch (creation.kind) {
    case 'property':
      return hubspot.createProperty(creation.type, creation.property)
    case 'event':
      return hubspot.createEventDefinition(creation.name, creation.label, creation.properties)
    case 'label':
      return hubspot.createAssociationLabel(creation.type, creation.label)
    case 'list':
      return hubspot.createList(creation.name)
  }
}
