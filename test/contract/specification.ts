import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { isObject, type JsonObject, objectOf } from '../../functions/hubspot/json.ts'
import { OPENAPI_FOLDER } from './openapi.ts'

/** One OpenAPI file of HubSpot's, as a judge of our requests: stricter than HubSpot, which ignores what it does not know. */
export class Specification {
  readonly #paths: JsonObject
  readonly #ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true })
  readonly #file: string

  /** @param file `objects.v3`, say */
  constructor(file: string) {
    const document: unknown = JSON.parse(readFileSync(join(OPENAPI_FOLDER, `${file}.json`), 'utf8'))
    if (!isObject(document)) throw new Error(`${file} is no OpenAPI file.`)
    this.#file = file
    this.#paths = objectOf(document.paths)
    this.#ajv.addSchema(objectOf(closed(document)), file)
  }

  /** What is wrong with a request, in sentences; nothing when HubSpot's specification knows it. */
  faultsOf(method: string, path: string, body: unknown): string[] {
    const template = Object.keys(this.#paths).find(candidate => patternOf(candidate).test(path))
    if (template === undefined) return [`${path} is unknown`]
    const operation = objectOf(this.#paths[template])[method.toLowerCase()]
    if (!isObject(operation)) return [`${path} knows no ${method}`]
    if (operation.requestBody === undefined) return body === undefined ? [] : ['there must be no body']
    const at = ['paths', template, method.toLowerCase(), 'requestBody', 'content', 'application/json', 'schema']
    const validate = this.#ajv.getSchema(`${this.#file}#/${at.map(pointer).join('/')}`)
    if (!validate) return [`${path} has no schema`]
    validate(body)
    return (validate.errors ?? []).map(({ instancePath, message, params }) =>
      `${instancePath} ${message} ${JSON.stringify(params)}`.trim(),
    )
  }
}

/** Parameters match one segment; a literal segment is never taken for one. */
const patternOf = (template: string) => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`)

const pointer = (segment: string) => encodeURIComponent(segment.replaceAll('~', '~0').replaceAll('/', '~1'))

/** HubSpot ignores fields it does not know, so its schemas allow them; ours would be a misspelt one. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (!isObject(schema)) return schema
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  const open = schema.type === 'object' && isObject(schema.properties) && schema.additionalProperties === undefined
  return open ? { ...copy, additionalProperties: false } : copy
}
