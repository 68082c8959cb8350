import { describe, expect, test } from 'vitest'
import { cachedSecrets } from '../../../functions/runtime/cached-secrets.ts'
import { environmentSecrets } from '../../../functions/runtime/environment-secrets.ts'
import { parseSecretDocument } from '../../../functions/runtime/secret-document.ts'
import { Recorder } from '../../support/recorder.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'

const document = {
  hubspotAccessToken: 'pat-secret',
  writeKeys: ['w'],
  adminKeys: ['a'],
  signingSecrets: ['whsec_c2VjcmV0'],
  webhookSecrets: ['h'],
  identitySecrets: ['i'],
}

describe('the secret document', () => {
  test('is read whole', () => {
    expect(parseSecretDocument(JSON.stringify(document))).toEqual(document)
  })

  test.each(['signingSecrets', 'webhookSecrets', 'identitySecrets'] as const)('may do without %s', name => {
    const { [name]: _, ...rest } = document

    expect(parseSecretDocument(JSON.stringify(rest))[name]).toEqual([])
  })

  test.each([
    ['hubspotAccessToken', { ...document, hubspotAccessToken: undefined }],
    ['hubspotAccessToken', { ...document, hubspotAccessToken: '' }],
    ['writeKeys', { ...document, writeKeys: [] }],
    ['writeKeys', { ...document, writeKeys: 'w-secret' }],
    ['writeKeys.1', { ...document, writeKeys: ['w-secret', ''] }],
    ['adminKeys', { ...document, adminKeys: undefined }],
    ['signingSecrets.0', { ...document, signingSecrets: [5] }],
    ['webhookSecrets.0', { ...document, webhookSecrets: [''] }],
    ['identitySecrets.0', { ...document, identitySecrets: [''] }],
  ])('that is wrong in %s says so, and tells no secret', (field, wrong) => {
    expect(() => parseSecretDocument(JSON.stringify(wrong))).toThrow(`check ${field}.`)
    expect(() => parseSecretDocument(JSON.stringify(wrong))).not.toThrow(/secret"|pat-|w-secret/)
  })

  test.each(['', 'pat-secret', '"pat-secret"', undefined])('that is no document says so: %j', text => {
    expect(() => parseSecretDocument(text)).toThrow(/check the document itself\. It must be JSON like/)
    expect(() => parseSecretDocument(text)).not.toThrow(/pat-/)
  })
})

describe('cached secrets', () => {
  const values = (key: string) => ({ ...document, writeKeys: [key] })
  const minute = 60_000
  const prepare = () => {
    const clock = new VirtualClock()
    const log = new Recorder()
    const state = { loads: 0, fail: false }
    const secrets = cachedSecrets(
      async () => {
        state.loads++
        if (state.fail) throw new Error('throttled')
        return values(`key ${state.loads}`)
      },
      clock,
      log,
    )
    return { clock, log, state, secrets }
  }

  test('are read once in five minutes', async () => {
    const { clock, state, secrets } = prepare()

    await Promise.all([secrets.read(), secrets.read()])
    await clock.advance(5 * minute - 1)
    await secrets.read()
    expect(state.loads).toBe(1)
    await clock.advance(1)

    expect((await secrets.read()).writeKeys).toEqual(['key 2'])
  })

  test('are refreshed at most once a minute, however often somebody asks', async () => {
    const { clock, state, secrets } = prepare()

    for (let second = 0; second <= 120; second++) {
      await secrets.read({ refresh: true })
      await clock.advance(1000)
    }

    expect(state.loads).toBe(3)
  })

  test('stay in use when they cannot be read again', async () => {
    const { clock, log, state, secrets } = prepare()
    await secrets.read()
    state.fail = true
    await clock.advance(5 * minute)

    expect((await secrets.read()).writeKeys).toEqual(['key 1'])
    expect(log.lines).toHaveLength(1)
    state.fail = false
    await clock.advance(5 * minute)
    expect((await secrets.read()).writeKeys).toEqual(['key 3'])
  })

  test('that could never be read are asked for again', async () => {
    const { state, secrets } = prepare()
    state.fail = true
    await expect(secrets.read()).rejects.toThrow('throttled')
    state.fail = false

    expect((await secrets.read()).writeKeys).toEqual(['key 2'])
  })
})

describe('the secrets of a local run', () => {
  test('have defaults, and no signing secret', () => {
    expect(environmentSecrets({ WRITE_KEY: ' ' })).toEqual({
      hubspotAccessToken: 'local',
      writeKeys: ['local'],
      adminKeys: ['local'],
      signingSecrets: [],
      webhookSecrets: [],
      identitySecrets: [],
    })
  })

  test('may be lists', () => {
    const secrets = environmentSecrets({
      WRITE_KEY: 'a, b,',
      ADMIN_KEY: 'c',
      SIGNING_SECRET: 'd,whsec_ZQ==',
      HUBSPOT_CLIENT_SECRET: 'g, h',
      IDENTITY_SECRET: 'e,f',
    })

    expect(secrets).toMatchObject({
      writeKeys: ['a', 'b'],
      adminKeys: ['c'],
      signingSecrets: ['d', 'whsec_ZQ=='],
      webhookSecrets: ['g', 'h'],
      identitySecrets: ['e', 'f'],
    })
  })
})
