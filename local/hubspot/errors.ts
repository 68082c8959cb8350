import type { JsonObject } from './message.ts'

/** The parts of an error of HubSpot's that differ from case to case. */
export interface ErrorParts {
  readonly message: string
  readonly category?: string
  readonly subCategory?: string
  readonly context?: Readonly<Record<string, readonly string[]>>
  readonly errors?: readonly JsonObject[]
  readonly links?: Readonly<Record<string, string>>
  /** Fields that only this error has. */
  readonly extra?: Readonly<JsonObject>
}

/** A request, or one input of it, refused the way HubSpot refuses it. */
export class HubSpotError extends Error {
  override readonly name = 'HubSpotError'
  readonly status: number
  readonly parts: ErrorParts
  constructor(status: number, parts: ErrorParts) {
    super(parts.message)
    this.status = status
    this.parts = parts
  }

  /** The body of a request that failed as a whole. */
  body(correlationId: string): JsonObject {
    const { message, extra, ...rest } = this.parts
    return { status: 'error', message, correlationId, ...rest, ...extra }
  }

  /** An item of `errors` in a 207. @param context added to the error's own: which inputs it concerns. */
  item(context: Readonly<Record<string, readonly string[]>>): JsonObject {
    const { message, category = 'VALIDATION_ERROR', errors, links, subCategory } = this.parts
    return {
      status: 'error',
      category,
      ...(subCategory === undefined ? {} : { subCategory: { name: subCategory } }),
      message,
      context: { ...this.parts.context, ...context },
      links: links ?? {},
      errors: errors ?? [],
    }
  }
}

/** 400 with category VALIDATION_ERROR. */
export const invalid = (message: string, parts: Omit<ErrorParts, 'message'> = {}) =>
  new HubSpotError(400, { message, category: 'VALIDATION_ERROR', ...parts })

/** facts §3.8: a single call for an id that does not exist has no category. */
export const resourceNotFound = () => new HubSpotError(404, { message: 'resource not found' })

/** facts §3.8 */
export const notNumeric = () =>
  new HubSpotError(404, { message: 'Object not found.  objectId are usually numeric.', category: 'OBJECT_NOT_FOUND' })

/** facts §3.8: of a batch; names all ids at once. */
export const objectsNotFound = (legacyType: string, ids: readonly string[], status = 404) =>
  new HubSpotError(status, {
    category: 'OBJECT_NOT_FOUND',
    message: `Could not get some ${legacyType} objects, they may be deleted or not exist. Check that ids are valid.`,
    context: { ids },
  })

/** facts §3.7: "Contact already exists". */
export const alreadyExists = (label: string, existing: string) =>
  new HubSpotError(409, { message: `${label} already exists. Existing ID: ${existing}`, category: 'CONFLICT' })

/** facts §3.7: what a race gets instead of a 409. `ghost` is an id that never becomes a record. */
export const alreadyHasThatValue = (coordinates: {
  portalId: number
  legacyType: string
  property: string
  value: string
  ghost: string
  existing: string
}) => {
  const { portalId, legacyType, property, value, ghost, existing } = coordinates
  const where = `portalId=${portalId}, objectTypeId=ObjectTypeId{legacyObjectType=${legacyType}}`
  return invalid(
    `Cannot set PropertyValueCoordinates{${where}, propertyName=${property}, value=${value}} on ${ghost}. ` +
      `${existing} already has that value.`,
  )
}

/** facts §3.4 */
export const duplicateIds = (ids: readonly string[]) =>
  invalid('Duplicate IDs found in batch input:. IDs must be unique', { context: { ids } })

/** facts §3.6 */
export const notUniqueProperty = (typeId: string, property: string, portalId: number) =>
  invalid(`Unable to perform update/upsert by non-unique ${typeId} property ${property} in portal ID ${portalId}`)

/** facts §3.9 */
export const notAuthenticated = () =>
  new HubSpotError(401, {
    message:
      'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details ' +
      'at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
    category: 'INVALID_AUTHENTICATION',
  })

/** facts §3.9 */
export const missingScopes = (scopes: readonly string[]) =>
  new HubSpotError(403, {
    message:
      "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: " +
      'https://developers.hubspot.com/scopes.',
    category: 'MISSING_SCOPES',
    errors: [
      {
        message: 'One or more of the following scopes are required.',
        context: { requiredGranularScopes: [...scopes] },
      },
    ],
    links: { scopes: 'https://developers.hubspot.com/scopes' },
  })

/** facts §9: what an account has not bought. The wording is not established. */
export const notInPlan = () =>
  new HubSpotError(403, {
    message: 'The account does not have access to this feature. It requires an Enterprise subscription.',
    category: 'FORBIDDEN',
  })

/** facts §5 */
export const tooManyIdentities = () =>
  new HubSpotError(414, {
    message: 'Cannot have more than 250 identities on a profile',
    category: 'VALIDATION_ERROR',
  })
