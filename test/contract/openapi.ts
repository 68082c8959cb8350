import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv, type ValidateFunction } from 'ajv'

/** HubSpot's API versions of which there are OpenAPI files; with v3 come the parts that are called v4. */
export type ApiVersion = 'v3' | '2026-09'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Where HubSpot's OpenAPI files are; they are not ours to publish. */
export const OPENAPI_FOLDER = resolve(root, process.env.VIDSYNC_SHARED ?? '../shared', 'hubspot/openapi')

/** Whether HubSpot's OpenAPI files are here. `VIDSYNC_SHARED` names the folder that holds `hubspot/openapi`. */
export const openApiIsHere = existsSync(resolve(OPENAPI_FOLDER, 'contacts.v3.json'))

/** Says once, aloud, that contract tests are skipped. */
export function warnWithoutOpenApi(): void {
  if (!openApiIsHere) {
    console.warn("Skipping contract tests: HubSpot's OpenAPI files are not here (VIDSYNC_SHARED names their folder).")
  }
}

interface Json {
  readonly [field: string]: Json | undefined
}

interface Operation {
  readonly document: string
  readonly requestSchema: string | undefined
  /** By status. */
  readonly responseSchemas: ReadonlyMap<string, string | undefined>
}

/** Literal paths stand before placeholders: the first file that knows a path counts. */
const FILES: Readonly<Record<ApiVersion, readonly string[]>> = {
  v3: [
    'contacts.v3',
    'objects.v3',
    'properties.v3',
    'associations.v4',
    'lists.v3',
    'sendEventCompletions.v3',
    'manageEventDefinitions.v3',
    'subscriptions.v4',
    'accountInfo.v3',
  ],
  '2026-09': [
    'contacts.2026-09',
    'associations.2026-09',
    'objects.2026-09',
    'properties.2026-09',
    'lists.2026-09',
    'sendEventCompletions.2026-09',
    'subscriptions.2026-09',
    'accountInfo.2026-09',
  ],
}

/**
 * What HubSpot's OpenAPI file finds wrong with a request of ours; empty: nothing. Fields that it does not know count as
 * wrong, too: they are typing errors of ours.
 * @param path as sent, query left out: `/crm/v3/objects/contacts/batch/read`
 */
export function validateRequest(version: ApiVersion, method: string, path: string, body: unknown): string[] {
  const operation = operationOf(version, method, path)
  if (typeof operation === 'string') return [operation]
  if (!operation.requestSchema) return body === undefined ? [] : [`${method} ${path} takes no body`]
  return problems(validator(operation.requestSchema, 'strict'), body)
}

/** What HubSpot's OpenAPI file finds wrong with an answer; empty: nothing. */
export function validateResponse(
  version: ApiVersion,
  method: string,
  path: string,
  status: number,
  body: unknown,
): string[] {
  const operation = operationOf(version, method, path)
  if (typeof operation === 'string') return [operation]
  if (status >= 400) return problems(validator(`${operation.document}#/components/schemas/Error`, 'lenient'), body)
  const { responseSchemas } = operation
  // The 2026-09 files leave 207 out; their 200 and 201 describe errors in it.
  const known = [String(status), ...(status === 207 ? ['200', '201'] : [])].find(one => responseSchemas.has(one))
  if (known === undefined) return [`${method} ${path} never answers ${status}`]
  const schema = responseSchemas.get(known)
  if (!schema) return body === undefined ? [] : [`${method} ${path} answers ${status} without a body`]
  return problems(validator(schema, 'lenient'), body)
}

function operationOf(version: ApiVersion, method: string, path: string): Operation | string {
  const segments = path.split('/')
  for (const file of FILES[version]) {
    const name = `${file}.json`
    for (const [pattern, methods] of Object.entries(documentNamed(name).paths ?? {})) {
      const parts = pattern.split('/')
      const fits =
        parts.length === segments.length && parts.every((part, at) => part.startsWith('{') || part === segments[at])
      const operation = fits ? methods?.[method.toLowerCase()] : undefined
      // A path with fewer placeholders may follow: `batch` is no record id.
      if (operation) return read(name, [pattern, method.toLowerCase()], operation)
    }
  }
  return `HubSpot's ${version} files know no ${method} ${path}`
}

function read(document: string, place: readonly string[], operation: Json): Operation {
  const schemaAt = (content: Json | undefined, ...where: readonly string[]) => {
    if (!content?.['application/json']?.schema) return undefined
    const pointer = ['paths', ...place, ...where, 'content', 'application/json', 'schema'].map(escaped)
    return `${document}#/${pointer.join('/')}`
  }
  const responses = Object.entries(operation.responses ?? {}).map(
    ([status, response]): [string, string | undefined] => [status, schemaAt(response?.content, 'responses', status)],
  )
  const requestSchema = schemaAt(operation.requestBody?.content, 'requestBody')
  return { document, requestSchema, responseSchemas: new Map(responses) }
}

const escaped = (segment: string) => encodeURIComponent(segment.replaceAll('~', '~0').replaceAll('/', '~1'))

const documents = new Map<string, Json>()
function documentNamed(name: string): Json {
  const known = documents.get(name)
  if (known) return known
  const document: Json = JSON.parse(readFileSync(resolve(OPENAPI_FOLDER, name), 'utf8'))
  documents.set(name, document)
  return document
}

const validators = new Map<string, ValidateFunction>()
function validator(reference: string, manner: 'strict' | 'lenient'): ValidateFunction {
  const key = `${manner} ${reference}`
  const known = validators.get(key)
  if (known) return known
  const [name = ''] = reference.split('#')
  const ajv = new Ajv({ strict: false, allErrors: true })
  const text = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
  ajv.addFormat('date-time', text).addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  ajv.addFormat('int32', { type: 'number', validate: (value: number) => Math.abs(value) < 2 ** 31 })
  ajv.addFormat('int64', true)
  const document: Json = structuredClone(documentNamed(name))
  for (const [schema, definition] of Object.entries(document.components?.schemas ?? {})) {
    if (!definition) continue
    if (manner === 'strict') close(definition)
    else relax(schema, definition)
  }
  ajv.addSchema(document, name)
  const validate = ajv.compile({ $ref: reference })
  validators.set(key, validate)
  return validate
}

/** Refuses fields that the schema does not name. */
function close(definition: Json): void {
  if (definition.properties && !definition.additionalProperties)
    Object.assign(definition, { additionalProperties: false })
}

/**
 * Where HubSpot's files are known to be wrong about its answers: unset properties are null in every version, and some
 * errors have no category (facts §3.8, §8).
 */
function relax(name: string, definition: Json): void {
  const values = definition.properties?.properties?.additionalProperties
  if (/^SimplePublic.*Object/.test(name) && values) Object.assign(values, { nullable: true })
  // What only says that two records are associated has no label (facts §11).
  if (name === 'AssociationSpecWithLabel') Object.assign(definition.properties?.label ?? {}, { nullable: true })
  if (name === 'Error') Object.assign(definition, { required: ['message', 'correlationId'] })
}

function problems(validate: ValidateFunction, body: unknown): string[] {
  if (validate(body)) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
  )
}
