import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canonicalEmail } from '../../functions/core/types.ts'
import { HubSpotClient, type HubSpotClientOptions } from '../../functions/hubspot/client.ts'
import { Pace } from '../../functions/hubspot/pacing.ts'
import type { Secrets } from '../../functions/runtime/platform.ts'
import { systemClock } from '../../functions/runtime/system.ts'
import { testSecrets } from '../support/platform.ts'
import { Recorder } from '../support/recorder.ts'
import { json, raw, type ScriptedHubSpot, startScriptedHubSpot } from '../support/scripted-hubspot.ts'
import { vidOf } from '../support/vids.ts'

let hubspot: ScriptedHubSpot
let recorder: Recorder

beforeEach(async () => {
  hubspot = await startScriptedHubSpot()
  recorder = new Recorder()
})

afterEach(() => hubspot.stop())

/** Tokens in the order in which the secret takes them: reading anew goes on to the next. */
function secretsOf(...tokens: string[]): Secrets {
  let at = 0
  return {
    read: async options => {
      if (options?.refresh) at = Math.min(at + 1, tokens.length - 1)
      return { ...testSecrets, hubspotAccessToken: tokens[at] ?? '' }
    },
  }
}

function clientOf(options: Partial<HubSpotClientOptions> = {}): HubSpotClient {
  return new HubSpotClient({
    baseUrl: hubspot.url,
    version: 'v3',
    secrets: secretsOf('token-1'),
    pace: new Pace(100, systemClock),
    clock: systemClock,
    log: recorder,
    metrics: recorder,
    ...options,
  })
}

const ADA = { trace: 't-1', properties: { email: 'ada@example.com', firstname: 'Ada' } }
const EMPTY = { results: [] }

describe('requests', () => {
  it('reads contacts by email with the id property beside the inputs', async () => {
    await clientOf().readContacts({ by: 'email' }, ['ada@example.com'], ['email', 'internal_user_id'])

    expect(hubspot.seen).toMatchObject([
      {
        method: 'POST',
        path: '/crm/v3/objects/contacts/batch/read',
        headers: { authorization: 'Bearer token-1', 'content-type': 'application/json' },
      },
    ])
    expect(hubspot.seen[0]?.body).toEqual({
      idProperty: 'email',
      inputs: [{ id: 'ada@example.com' }],
      properties: ['email', 'internal_user_id'],
      propertiesWithHistory: [],
    })
  })

  it('reads contacts by our unique property, and by vid without any id property', async () => {
    const client = clientOf()

    await client.readContacts({ by: 'property', name: 'internal_user_id' }, ['u-1'], [])
    await client.readContacts({ by: 'vid' }, ['1'], [])

    expect(hubspot.seen[0]?.body).toMatchObject({ idProperty: 'internal_user_id' })
    expect(hubspot.seen[1]?.body).not.toHaveProperty('idProperty')
  })

  it('creates and updates with a trace id for each input and the values as they are', async () => {
    const client = clientOf()

    await client.createContacts([ADA])
    await client.updateContacts([{ ...ADA, vid: vidOf('77') }])

    expect(hubspot.seen.map(({ path, body }) => ({ path, body }))).toEqual([
      {
        path: '/crm/v3/objects/contacts/batch/create',
        body: { inputs: [{ objectWriteTraceId: 't-1', properties: ADA.properties, associations: [] }] },
      },
      {
        path: '/crm/v3/objects/contacts/batch/update',
        body: { inputs: [{ id: '77', objectWriteTraceId: 't-1', properties: ADA.properties }] },
      },
    ])
  })

  it('goes to the paths of the dated version when that is asked for', async () => {
    const client = clientOf({ version: '2026-09', baseUrl: `${hubspot.url}/` })

    await client.readContacts({ by: 'vid' }, ['1'], [])
    await client.createContacts([ADA])
    await client.updateContacts([{ ...ADA, vid: vidOf('77') }])
    await client.readProperties()
    await client.createUniqueProperty('internal_user_id', 'Internal user id')
    await client.readPortalId()
    await client.mergeContacts(vidOf('77'), vidOf('78'))
    await client.archiveContacts([vidOf('77')])
    await client.eraseContact(vidOf('77'))

    expect(hubspot.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /crm/objects/2026-09/contacts/batch/read',
      'POST /crm/objects/2026-09/contacts/batch/create',
      'POST /crm/objects/2026-09/contacts/batch/update',
      'GET /crm/properties/2026-09/contacts',
      'POST /crm/properties/2026-09/contacts',
      'GET /account-info/2026-09/details',
      'POST /crm/objects/2026-09/contacts/merge',
      'POST /crm/objects/2026-09/contacts/batch/archive',
      'POST /crm/objects/2026-09/contacts/gdpr-delete',
    ])
  })

  it('merges, archives and erases by vid, and never names an email in it', async () => {
    const client = clientOf()

    await client.mergeContacts(vidOf('77'), vidOf('78'))
    await client.archiveContacts([vidOf('77'), vidOf('78')])
    await client.eraseContact(vidOf('77'))

    expect(hubspot.seen.map(({ method, path, body }) => ({ method, path, body }))).toEqual([
      {
        method: 'POST',
        path: '/crm/v3/objects/contacts/merge',
        body: { primaryObjectId: '77', objectIdToMerge: '78' },
      },
      {
        method: 'POST',
        path: '/crm/v3/objects/contacts/batch/archive',
        body: { inputs: [{ id: '77' }, { id: '78' }] },
      },
      { method: 'POST', path: '/crm/v3/objects/contacts/gdpr-delete', body: { objectId: '77' } },
    ])
  })

  it('detaches an address of any letters through the first version', async () => {
    const client = clientOf()

    const answer = await client.detachEmail(vidOf('77'), canonicalEmail("o'ada+x/y?z#%41@exämple.com"))

    expect(answer).toMatchObject({ kind: 'ok', value: undefined })
    expect(client.canDetachEmails).toBe(true)
    expect(hubspot.seen).toMatchObject([
      {
        method: 'DELETE',
        path: "/contacts/v1/secondary-email/77/email/o'ada%2Bx%2Fy%3Fz%23%2541%40ex%C3%A4mple.com",
        headers: { authorization: 'Bearer token-1', accept: 'application/json' },
        body: undefined,
      },
    ])
  })

  it('says that the dated version detaches no address, and sends nothing when asked all the same', async () => {
    const client = clientOf({ version: '2026-09' })

    await expect(client.detachEmail(vidOf('77'), canonicalEmail('ada@example.com'))).rejects.toThrow(
      /^\/contacts\/v1\/secondary-email has no known path .* 2026-09/,
    )
    expect(client.canDetachEmails).toBe(false)
    expect(hubspot.seen).toEqual([])
  })

  it('asks nothing where there is nothing to ask', async () => {
    const answer = await clientOf().createContacts([])

    expect(answer).toEqual({ kind: 'ok', value: { contacts: [], errors: [] } })
    expect(await clientOf().archiveContacts([])).toEqual({ kind: 'ok', value: undefined })
    expect(hubspot.seen).toEqual([])
  })

  it('refuses to make a batch that HubSpot would refuse', async () => {
    const ids = Array.from({ length: 101 }, (_, i) => String(i))

    await expect(clientOf().readContacts({ by: 'vid' }, ids, [])).rejects.toThrow(RangeError)
    await expect(clientOf().archiveContacts(ids.map(vidOf))).rejects.toThrow(RangeError)
    expect(hubspot.seen).toEqual([])
  })
})

describe('answers', () => {
  it('keeps trace ids, nulls and the errors of single inputs', async () => {
    hubspot.answer(
      json(207, {
        status: 'COMPLETE',
        results: [
          { id: '9', objectWriteTraceId: 't-1', properties: { email: 'ada@example.com', city: null }, new: true },
        ],
        numErrors: 1,
        errors: [
          {
            status: 'error',
            category: 'VALIDATION_ERROR',
            message:
              'Property values were not valid: [{"isValid":false,"message":"Email address bob@ is invalid","error":"INVALID_EMAIL","name":"email"}]',
            context: { objectWriteTraceId: ['t-2'] },
          },
        ],
      }),
    )

    const answer = await clientOf().createContacts([ADA, { trace: 't-2', properties: { email: 'bob@' } }])

    expect(answer).toMatchObject({
      kind: 'ok',
      value: {
        contacts: [{ vid: '9', trace: 't-1', properties: { email: 'ada@example.com', city: null } }],
        errors: [
          {
            traces: ['t-2'],
            code: 'invalid',
            properties: [{ name: 'email', code: 'INVALID_EMAIL', message: 'Email address … is invalid' }],
          },
        ],
      },
    })
  })

  it('takes a 201 where the specification says 200', async () => {
    hubspot.answer(json(201, { results: [{ id: '9', properties: {} }] }))

    const answer = await clientOf().updateContacts([{ ...ADA, vid: vidOf('9') }])

    expect(answer).toMatchObject({ kind: 'ok', value: { contacts: [{ vid: '9' }] } })
  })

  it('takes JSON that is no batch for no answer at all', async () => {
    hubspot.answer(json(200, { status: 'COMPLETE' }))

    const answer = await clientOf().createContacts([ADA])

    expect(answer).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('may still have been applied'),
    })
  })

  it('leaves a result without a record id out, so that its input is missing', async () => {
    hubspot.answer(json(200, { results: [{ properties: {} }, { id: 12, properties: {} }] }))

    const answer = await clientOf().readContacts({ by: 'vid' }, ['11', '12'], [])

    expect(answer).toMatchObject({ value: { contacts: [{ vid: '12' }] } })
  })

  it('reads the id of the portal as text', async () => {
    hubspot.answer(json(200, { portalId: 44956899, timeZone: 'UTC' }))

    const answer = await clientOf().readPortalId()

    expect(answer).toMatchObject({ kind: 'ok', value: '44956899' })
  })

  it('reads what can be written to each property', async () => {
    const property = { label: 'x', groupName: 'contactinformation', description: '', options: [] }
    const option = (value: string, hidden: boolean) => ({ label: value.toUpperCase(), value, hidden })
    hubspot.answer(
      json(200, {
        results: [
          { ...property, name: 'firstname', type: 'string', fieldType: 'text' },
          { ...property, name: 'internal_user_id', type: 'string', fieldType: 'text', hasUniqueValue: true },
          { ...property, name: 'score', type: 'number', fieldType: 'number', calculated: true },
          {
            ...property,
            name: 'createdate',
            type: 'datetime',
            fieldType: 'date',
            modificationMetadata: { readOnlyValue: true, readOnlyDefinition: true, archivable: false },
          },
          { ...property, name: 'sum', type: 'number', fieldType: 'calculation_equation' },
          {
            ...property,
            name: 'colours',
            type: 'enumeration',
            fieldType: 'checkbox',
            options: [option('red', false), option('green', true)],
          },
          { ...property, name: 'hubspot_owner_id', type: 'enumeration', fieldType: 'select', externalOptions: true },
          { ...property, name: 'mobile', type: 'phone_number', fieldType: 'phonenumber' },
          { ...property, name: 'place', type: 'object_coordinates', fieldType: 'text' },
          { ...property, name: 'old', type: 'string', fieldType: 'text', archived: true },
        ],
      }),
    )

    const answer = await clientOf().readProperties()

    const plain = { readOnly: false, multiple: false, unique: false }
    expect(answer).toMatchObject({ kind: 'ok' })
    expect(answer.kind === 'ok' && answer.value).toEqual([
      { ...plain, name: 'firstname', type: 'string' },
      { ...plain, name: 'internal_user_id', type: 'string', unique: true },
      { ...plain, name: 'score', type: 'number', readOnly: true },
      { ...plain, name: 'createdate', type: 'datetime', readOnly: true },
      { ...plain, name: 'sum', type: 'number', readOnly: true },
      {
        ...plain,
        name: 'colours',
        type: 'enumeration',
        multiple: true,
        options: [
          { value: 'red', label: 'RED' },
          { value: 'green', label: 'GREEN' },
        ],
      },
      { ...plain, name: 'hubspot_owner_id', type: 'enumeration' },
      { ...plain, name: 'mobile', type: 'string' },
      { ...plain, name: 'place', type: 'other' },
    ])
  })

  it('is content when the unique property exists already, and not when its creation is refused', async () => {
    const exists = { category: 'OBJECT_ALREADY_EXISTS', subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS' }
    const client = clientOf()

    hubspot.answer(json(409, { ...exists, message: "A property named 'internal_user_id' already exists." }))
    const second = await client.createUniqueProperty('internal_user_id', 'Internal user id')
    hubspot.answer(json(400, { category: 'VALIDATION_ERROR', message: 'Too many unique properties' }))
    const refused = await client.createUniqueProperty('internal_user_id', 'Internal user id')

    expect(second).toEqual({ kind: 'ok', value: undefined })
    expect(refused).toMatchObject({ kind: 'rejected', errors: [{ message: 'Too many unique properties' }] })
    expect(hubspot.seen[0]?.body).toEqual({
      name: 'internal_user_id',
      label: 'Internal user id',
      groupName: 'contactinformation',
      type: 'string',
      fieldType: 'text',
      hasUniqueValue: true,
    })
  })
})

describe('answers to merges, detachments and deletions', () => {
  const NOT_FOUND = { status: 'error', message: 'resource not found', correlationId: 'c-1' }
  const ADDRESS = canonicalEmail('ada@example.com')

  it('names the survivor of a merge by the id in the answer', async () => {
    hubspot.answer(json(200, { id: '99', properties: { email: 'ada@example.com', hs_merged_object_ids: '77;78' } }))

    const answer = await clientOf().mergeContacts(vidOf('77'), vidOf('78'))

    expect(answer).toMatchObject({
      kind: 'ok',
      value: { vid: '99', properties: { email: 'ada@example.com', hs_merged_object_ids: '77;78' } },
    })
  })

  it.each([
    ['no survivor', json(200, { properties: {} })],
    ['no body', raw(204, undefined, '')],
    ['an outage', raw(502, 'text/html', '<html>')],
  ])('does not know what became of a merge that is answered by %s', async (_, script) => {
    hubspot.answer(script)

    const answer = await clientOf().mergeContacts(vidOf('77'), vidOf('78'))

    expect(answer).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('may still have been applied'),
    })
    expect(hubspot.seen).toHaveLength(1)
  })

  it.each([
    [
      'a contact that is not there',
      json(404, NOT_FOUND),
      { status: 404, errors: [{ code: 'not_found', ids: ['77', '78'] }] },
    ],
    [
      'too many identities',
      json(400, { message: 'Cannot have more than 250 identities on a profile' }),
      { status: 400, errors: [{ code: 'too_many_identities' }] },
    ],
    [
      'too many identities, in other words',
      json(414, { message: 'Merged too often' }),
      { status: 414, errors: [{ code: 'too_many_identities' }] },
    ],
  ])('refuses a merge for %s', async (_, script, expected) => {
    hubspot.answer(script)

    const answer = await clientOf().mergeContacts(vidOf('77'), vidOf('78'))

    expect(answer).toMatchObject({ kind: 'rejected', ...expected })
  })

  it.each([
    ['an erased contact', raw(204, undefined, ''), { kind: 'ok', value: undefined }],
    [
      'an unknown one, where that is no success',
      json(404, NOT_FOUND),
      { kind: 'rejected', errors: [{ code: 'not_found', ids: ['77'] }] },
    ],
    ['half an answer', raw(200, 'application/json', '{"a'), { kind: 'unavailable' }],
  ])('tells of %s', async (_, script, expected) => {
    hubspot.answer(script)

    const answer = await clientOf().eraseContact(vidOf('77'))

    expect(answer).toMatchObject(expected)
  })

  it('archives the others when HubSpot refuses those that are gone already', async () => {
    const gone = { ...NOT_FOUND, category: 'OBJECT_NOT_FOUND', context: { ids: ['78'] } }
    hubspot.answer((response, request) => {
      const script = hubspot.seen.length === 1 ? json(404, gone) : raw(204, undefined, '')
      script(response, request)
    })

    const answer = await clientOf().archiveContacts(['77', '78', '79'].map(vidOf))

    expect(answer).toMatchObject({ kind: 'ok', value: undefined })
    expect(hubspot.seen.map(({ body }) => body)).toEqual([
      { inputs: [{ id: '77' }, { id: '78' }, { id: '79' }] },
      { inputs: [{ id: '77' }, { id: '79' }] },
    ])
  })

  it('does not take an archive that is refused for another reason for done, nor tries it again', async () => {
    hubspot.answer(json(404, NOT_FOUND))

    const answer = await clientOf().archiveContacts([vidOf('77')])

    expect(answer).toMatchObject({ kind: 'rejected', status: 404, errors: [{ code: 'other' }] })
    expect(hubspot.seen).toHaveLength(1)
  })

  /** The old endpoint says 404, and the contact is read then. */
  const afterA404 = (read: ReturnType<typeof json>) =>
    hubspot.answer((response, request) => {
      const script = request.method === 'DELETE' ? json(404, NOT_FOUND) : read
      script(response, request)
    })
  const contactWith = (properties: Readonly<Record<string, string | null>>) =>
    json(200, { results: [{ id: '77', properties }] })

  it.each([
    [
      'done, when the contact has the address no more',
      contactWith({ email: 'main@example.com', hs_additional_emails: 'b@example.com' }),
      { kind: 'ok', value: undefined },
    ],
    [
      'refused, when the contact has it still: the endpoint is gone',
      contactWith({ email: 'main@example.com', hs_additional_emails: 'b@example.com;ada@example.com' }),
      { kind: 'rejected', status: 404, errors: [{ code: 'other' }] },
    ],
    [
      'refused, when it is the primary address',
      contactWith({ email: 'ada@example.com', hs_additional_emails: null }),
      { kind: 'rejected', status: 404, errors: [{ code: 'other' }] },
    ],
    [
      'refused, when there is no such contact',
      json(207, { results: [], errors: [{ category: 'OBJECT_NOT_FOUND', context: { ids: ['77'] } }] }),
      { kind: 'rejected', status: 404, errors: [{ code: 'not_found', ids: ['77'] }] },
    ],
    ['unknown, when the contact cannot be read', raw(502, 'text/html', ''), { kind: 'unavailable' }],
  ])('takes a detachment that is not found for %s', async (_, read, expected) => {
    afterA404(read)

    const answer = await clientOf().detachEmail(vidOf('77'), ADDRESS)

    expect(answer).toMatchObject(expected)
    expect(hubspot.seen.map(({ method }) => method)).toEqual(['DELETE', 'POST'])
  })

  it.each([
    ['in the words of an error', json(400, { message: 'ada@example.com is the primary email of 77' })],
    ['in an address', json(400, { message: 'DELETE /contacts/v1/secondary-email/77/email/ada%40example.com failed' })],
    ['in an address of small letters', json(400, { message: 'No /email/ADA%40EXAMPLE.COM here' })],
    ['in an address written otherwise', json(400, { message: 'No /77/email/%61da%40example.com here' })],
    ['when it is forbidden', json(403, { message: 'You must not detach ada%40example.com' })],
    ['when the connection is lost', (response: { destroy(): void }) => response.destroy()],
  ])('keeps the address to be detached from answer and log %s', async (_, script) => {
    hubspot.answer(script)

    const answer = await clientOf().detachEmail(vidOf('77'), ADDRESS)

    expect(answer.kind).not.toBe('ok')
    expect(JSON.stringify([answer, recorder.lines])).not.toMatch(/ada|example/i)
    expect(recorder.lines).toMatchObject([{ fields: { operation: 'detachEmail' } }])
  })
})

describe('faults', () => {
  it('gives a hanging HubSpot up after its own time, for reads and writes apart', async () => {
    hubspot.answer(() => {})
    const client = clientOf({ timeouts: { read: 40, write: 80 } })

    const read = await client.readProperties()
    const write = await client.createContacts([ADA])

    expect(read).toEqual({ kind: 'unavailable', message: 'HubSpot gave no answer within 0.04 s.' })
    expect(write).toMatchObject({ message: expect.stringMatching(/within 0.08 s. The write may still/) })
  })

  it('gives up a HubSpot that begins an answer and does not end it', async () => {
    hubspot.answer(response => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('{"results":[')
    })

    const answer = await clientOf({ timeouts: { write: 50 } }).createContacts([ADA])

    expect(answer).toMatchObject({ kind: 'unavailable' })
  })

  it.each([
    ['an HTML page of a proxy', raw(502, 'text/html', '<html>Bad gateway</html>')],
    ['HTML with status 200', raw(200, 'text/html', '<html>Log in</html>')],
    ['JSON of another content type', raw(200, 'application/xml', '{"results":[]}')],
    ['JSON of no content type', raw(200, undefined, '{"results":[]}')],
    ['nothing', raw(200, 'application/json', '')],
    ['half an answer', raw(200, 'application/json', '{"results":[{"id":"1"')],
    ['an error 500 in JSON', json(500, { status: 'error', message: 'Internal error' })],
  ])('does not know what became of a write that is answered by %s', async (_, script) => {
    hubspot.answer(script)

    const answer = await clientOf().createContacts([ADA])

    expect(answer).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('may still have been applied'),
    })
    expect(answer).not.toHaveProperty('neverSent')
    expect(hubspot.seen).toHaveLength(1)
  })

  it('does not know what became of a write whose connection was lost', async () => {
    hubspot.answer(response => response.socket?.resetAndDestroy())

    const answer = await clientOf().createContacts([ADA])

    expect(answer).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('may still have been applied'),
    })
    expect(hubspot.seen).toHaveLength(1)
  })

  it('knows that a write to where nobody listens was not applied', async () => {
    const client = clientOf()
    await hubspot.stop()

    const answer = await client.createContacts([ADA])

    hubspot = await startScriptedHubSpot()
    expect(answer).toEqual({
      kind: 'unavailable',
      message: 'HubSpot could not be reached (ECONNREFUSED). The request was never sent.',
      neverSent: true,
    })
  })

  it('does not follow a redirect with the token and the contacts', async () => {
    hubspot.answer(response => {
      response.writeHead(307, { location: '/elsewhere' })
      response.end()
    })

    const answer = await clientOf().createContacts([ADA])

    expect(answer).toMatchObject({ kind: 'unavailable' })
    expect(hubspot.seen).toHaveLength(1)
  })
})

describe('the token', () => {
  it('is read anew after a 401, and the call made once more', async () => {
    hubspot.answer((response, request) => {
      const fresh = request.headers.authorization === 'Bearer token-2'
      json(fresh ? 200 : 401, fresh ? EMPTY : { message: 'Authentication credentials not found.' })(response, request)
    })
    const client = clientOf({ secrets: secretsOf('token-1', 'token-2') })

    const answer = await client.createContacts([ADA])

    expect(answer).toMatchObject({ kind: 'ok' })
    expect(hubspot.seen).toHaveLength(2)
    expect(recorder.sum('HubSpotUnauthorized')).toBe(1)
  })

  it('is not tried again when it has not changed', async () => {
    hubspot.answer(json(401, { message: 'Authentication credentials not found.' }))

    const answer = await clientOf().readProperties()

    expect(answer).toMatchObject({ kind: 'account', code: 'unauthorized' })
    expect(hubspot.seen).toHaveLength(1)
  })

  it('that cannot be read makes every call wait, and none fail', async () => {
    const secrets: Secrets = { read: () => Promise.reject(new Error('secrets are away')) }

    const answer = await clientOf({ secrets }).createContacts([ADA])

    expect(answer).toMatchObject({ kind: 'throttled' })
    expect(hubspot.seen).toEqual([])
  })
})

describe('pace, log and metrics', () => {
  it('takes every call through the pace, calls of the account and the schema too', async () => {
    const pace = new Pace(10, systemClock)
    const client = clientOf({ pace })

    await client.readPortalId()
    await client.readProperties()
    await client.createUniqueProperty('internal_user_id', 'Internal user id')
    await client.readContacts({ by: 'vid' }, ['1'], [])
    await client.mergeContacts(vidOf('1'), vidOf('2'))
    await client.detachEmail(vidOf('1'), canonicalEmail('ada@example.com'))
    await client.archiveContacts([vidOf('1')])
    await client.eraseContact(vidOf('1'))

    expect(pace.state()).toHaveLength(8)
  })

  it('puts a call off that would have to wait beyond the deadline', async () => {
    const pace = new Pace(1, systemClock)
    const client = clientOf({ pace, deadline: () => systemClock.monotonic() + 1_000 })
    await client.readProperties()

    const answer = await client.createContacts([ADA])

    expect(answer).toMatchObject({ kind: 'throttled', retryAfter: expect.any(Number) })
    expect(hubspot.seen).toHaveLength(1)
  })

  it('logs one line a call without personal data or the token', async () => {
    const message = `Contact ada@example.com called Ada already exists. Existing ID: 5`
    hubspot.answer(json(409, { category: 'CONFLICT', message }, { 'x-hubspot-correlation-id': 'c-1' }))

    const answer = await clientOf().createContacts([ADA])

    expect(answer).toMatchObject({
      errors: [{ existing: '5', message: 'Contact … called … already exists. Existing ID: 5' }],
    })
    expect(recorder.lines).toMatchObject([
      {
        level: 'warn',
        fields: {
          operation: 'createContacts',
          answer: 'rejected',
          status: 409,
          inputs: 1,
          duration: expect.any(Number),
          correlationId: 'c-1',
          codes: ['conflict'],
        },
      },
    ])
    expect(JSON.stringify([recorder.lines, answer])).not.toMatch(/ada|token-1/i)
  })

  it('measures calls, their time, how full batches are, and trouble by its kind', async () => {
    const client = clientOf()

    await client.createContacts([ADA, { ...ADA, trace: 't-2' }])
    hubspot.answer(json(429, { policyName: 'TEN_SECONDLY_ROLLING', message: 'Too fast' }))
    await client.createContacts([ADA])
    hubspot.answer(raw(502, 'text/html', ''))
    await client.readProperties()
    hubspot.answer(json(403, { category: 'MISSING_SCOPES', message: 'No scope' }))
    await client.readProperties()
    hubspot.answer(json(401, { message: 'Authentication credentials not found.' }))
    await client.readProperties()

    expect(recorder.samples.filter(({ name }) => name !== 'HubSpotCallTime')).toEqual([
      { name: 'BatchFill', value: 2 },
      { name: 'HubSpotCalls', value: 1 },
      { name: 'BatchFill', value: 1 },
      { name: 'HubSpotCalls', value: 1 },
      { name: 'HubSpotThrottled', value: 1 },
      { name: 'HubSpotCalls', value: 1 },
      { name: 'HubSpotUnavailable', value: 1 },
      { name: 'HubSpotCalls', value: 1 },
      { name: 'HubSpotCalls', value: 1 },
      { name: 'HubSpotUnauthorized', value: 1 },
    ])
  })
})
