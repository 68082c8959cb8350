import {
  archiveProperty,
  batchArchiveProperties,
  batchCreateProperties,
  batchReadProperties,
  changeProperty,
  createProperty,
  getProperty,
  listProperties,
} from './properties.ts'
import { archiveGroup, changeGroup, createGroup, getGroup, listGroups } from './property-groups.ts'
import { type Route, routesOf, typedRoutesOf } from './route.ts'
import { createSchema, getSchema, listSchemas } from './schemas.ts'

const properties = typedRoutesOf('properties')
const schemas = routesOf('schemas')

export const PROPERTY_ROUTES: readonly Route[] = [
  properties('GET', '{type}', 'readSchema', listProperties),
  properties('POST', '{type}', 'writeSchema', createProperty),
  properties('POST', '{type}/batch/create', 'writeSchema', batchCreateProperties),
  properties('POST', '{type}/batch/read', 'readSchema', batchReadProperties),
  properties('POST', '{type}/batch/archive', 'writeSchema', batchArchiveProperties),
  properties('GET', '{type}/groups', 'readSchema', listGroups),
  properties('POST', '{type}/groups', 'writeSchema', createGroup),
  properties('GET', '{type}/groups/{name}', 'readSchema', getGroup),
  properties('PATCH', '{type}/groups/{name}', 'writeSchema', changeGroup),
  properties('DELETE', '{type}/groups/{name}', 'writeSchema', archiveGroup),
  properties('GET', '{type}/{id}', 'readSchema', getProperty),
  properties('PATCH', '{type}/{id}', 'writeSchema', changeProperty),
  properties('DELETE', '{type}/{id}', 'writeSchema', archiveProperty),
  schemas('GET', '', { scopes: ['crm.schemas.custom.read'] }, listSchemas),
  schemas('POST', '', { scopes: ['crm.schemas.custom.write'], enterprise: true }, createSchema),
  schemas('GET', '{type}', { scopes: ['crm.schemas.custom.read'] }, getSchema),
]
