import { describe, expect, it } from 'vitest'
import { inputError } from '../../../functions/hubspot/errors.ts'

const RACE =
  'Cannot set PropertyValueCoordinates{portalId=44956899, objectTypeId=ObjectTypeId{legacyObjectType=CONTACT}, ' +
  'propertyName=email, value=x@y.com} on 552148386511. 552239500007 already has that value.'

const refusedProperties = (list: readonly object[]) => ({
  status: 'error',
  category: 'VALIDATION_ERROR',
  message: `Property values were not valid: ${JSON.stringify(list)}`,
})

describe('an error of HubSpot', () => {
  it('names every property of a validation error, from the JSON inside the message', () => {
    const body = refusedProperties([
      { isValid: false, message: 'Property "missing" does not exist', error: 'PROPERTY_DOESNT_EXIST', name: 'missing' },
      {
        isValid: false,
        message: 'seven was not a valid long.',
        error: 'INVALID_LONG',
        name: 'age',
        propertyValue: 'seven',
      },
    ])

    const error = inputError(body, ['seven'], 400)

    expect(error).toMatchObject({
      code: 'invalid',
      properties: [
        { name: 'missing', code: 'PROPERTY_DOESNT_EXIST', message: 'Property "missing" does not exist' },
        { name: 'age', code: 'INVALID_LONG', message: '… was not a valid long.' },
      ],
      message: 'Property values were not valid: Property "missing" does not exist; … was not a valid long.',
    })
  })

  it('names the properties that only the list of errors has, and none twice', () => {
    const body = {
      ...refusedProperties([{ message: 'Property "a" does not exist', error: 'PROPERTY_DOESNT_EXIST', name: 'a' }]),
      errors: [
        { message: 'again', code: 'PROPERTY_DOESNT_EXIST', context: { propertyName: ['a'] } },
        { message: 'b is required', code: 'MISSING_REQUIRED_PROPERTY', context: { propertyName: ['b'] } },
      ],
    }

    const error = inputError(body, [], 400)

    expect(error.properties.map(({ name, code }) => [name, code])).toEqual([
      ['a', 'PROPERTY_DOESNT_EXIST'],
      ['b', 'MISSING_REQUIRED_PROPERTY'],
    ])
  })

  it('keeps the beginning of a validation message whose JSON is cut off, and nothing of the values in it', () => {
    const error = inputError(
      {
        category: 'VALIDATION_ERROR',
        message: 'Property values were not valid: [{"message":"Ada","propertyValue":"Ad',
      },
      [],
      400,
    )

    expect(error).toMatchObject({ code: 'invalid', message: 'Property values were not valid', properties: [] })
  })

  it('finds the contact that has the address', () => {
    const error = inputError(
      { category: 'CONFLICT', message: 'Contact already exists. Existing ID: 37765128953' },
      [],
      409,
    )

    expect(error).toMatchObject({ code: 'conflict', existing: '37765128953' })
  })

  it('finds the contact that has the value in the second number of the race, and the property', () => {
    const error = inputError({ category: 'VALIDATION_ERROR', message: RACE }, [], 400)

    expect(error).toMatchObject({
      code: 'conflict',
      existing: '552239500007',
      properties: [{ name: 'email', code: 'UNIQUE_VALUE_CONFLICT' }],
    })
    expect(JSON.stringify(error)).not.toContain('x@y.com')
  })

  it('finds the contact that has the value in the error tokens', () => {
    const error = inputError({ message: 'Not unique', errorTokens: { existingObjectId: ['77'] } }, [], 400)

    expect(error).toMatchObject({ code: 'conflict', existing: '77' })
  })

  it('knows a conflict that names nobody', () => {
    const error = inputError({ message: 'Conflict' }, [], 409)

    expect(error.code).toBe('conflict')
    expect(error).not.toHaveProperty('existing')
  })

  it('knows duplicate ids and names them', () => {
    const error = inputError(
      {
        category: 'VALIDATION_ERROR',
        message: 'Duplicate IDs found in batch input:. IDs must be unique',
        context: { ids: ['12877907025'] },
      },
      [],
      400,
    )

    expect(error).toMatchObject({ code: 'duplicate_ids', ids: ['12877907025'] })
  })

  it('knows contacts that are not there, and names the inputs both ways', () => {
    const error = inputError(
      {
        category: 'OBJECT_NOT_FOUND',
        message: 'Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.',
        context: { ids: ['1', '2'], objectWriteTraceId: ['t-1', 't-2'] },
      },
      [],
    )

    expect(error).toMatchObject({ code: 'not_found', ids: ['1', '2'], traces: ['t-1', 't-2'] })
  })

  it('does not take a 404 that names nobody for contacts that are gone: the address may be wrong', () => {
    const error = inputError({ message: 'resource not found' }, [], 404)

    expect(error.code).toBe('other')
  })

  it('takes the ids that a 404 names before those that the request is about', () => {
    const error = inputError({ category: 'OBJECT_NOT_FOUND', context: { ids: ['6'] } }, [], 404, { about: ['5', '6'] })

    expect(error).toMatchObject({ code: 'not_found', ids: ['6'] })
  })

  it('does not take another refusal for the absence of the records it is about', () => {
    const error = inputError({ category: 'VALIDATION_ERROR', message: 'No.' }, [], 400, { about: ['5', '6'] })

    expect(error).toMatchObject({ code: 'invalid', ids: [] })
  })

  it('knows a contact with too many identities', () => {
    const error = inputError({ message: 'Cannot have more than 250 identities on a profile' }, [], 414)

    expect(error.code).toBe('too_many_identities')
  })

  it('survives fields of wrong types', () => {
    const error = inputError({ message: 7, context: [], errors: 'none', category: null }, [], 400)

    expect(error).toEqual({ traces: [], ids: [], code: 'other', message: '', properties: [] })
  })
})
