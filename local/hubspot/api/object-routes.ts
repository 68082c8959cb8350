import { batchRead } from './batch-read.ts'
import { batchArchive, batchCreate, batchUpdate, batchUpsert } from './batch-write.ts'
import { gdprDelete } from './erase.ts'
import { merge } from './merge.ts'
import { type Route, typedRoutesOf } from './route.ts'
import { search } from './search.ts'
import { archiveOne, createOne, getOne, list, updateOne } from './single.ts'

const objects = typedRoutesOf('objects')

export const OBJECT_ROUTES: readonly Route[] = [
  objects('POST', '{type}/batch/read', 'read', batchRead),
  objects('POST', '{type}/batch/create', 'write', batchCreate),
  objects('POST', '{type}/batch/update', 'write', batchUpdate),
  objects('POST', '{type}/batch/upsert', 'write', batchUpsert),
  objects('POST', '{type}/batch/archive', 'write', batchArchive),
  objects('POST', '{type}/merge', 'write', merge),
  objects('POST', '{type}/gdpr-delete', 'write', gdprDelete),
  objects('POST', '{type}/search', 'read', search, 'search'),
  objects('GET', '{type}', 'read', list),
  objects('POST', '{type}', 'write', createOne),
  objects('GET', '{type}/{id}', 'read', getOne),
  objects('PATCH', '{type}/{id}', 'write', updateOne),
  objects('DELETE', '{type}/{id}', 'write', archiveOne),
]
