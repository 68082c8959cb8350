import { expect, test } from 'vitest'
import { readSettings } from '../../../local/settings.ts'

test('without any variable there are defaults that work', () => {
  const settings = readSettings({})

  expect(settings).toEqual({
    port: 4000,
    hubspotApiVersion: 'v3',
    hubspotRequestsPer10Seconds: '100',
    secrets: {
      hubspotAccessToken: 'local',
      writeKeys: ['local'],
      adminKeys: ['local'],
      signingSecrets: [],
      webhookSecrets: [],
      identitySecrets: [],
    },
  })
})

test('an empty variable is an unset one', () => {
  expect(readSettings({ PORT: '', HUBSPOT_BASE_URL: ' ', DATA_DIR: '', SIGNING_SECRET: '' })).toEqual(readSettings({}))
})

test('every variable arrives where it belongs', () => {
  const settings = readSettings({
    PORT: '8080',
    HUBSPOT_BASE_URL: 'https://api.hubapi.com/',
    HUBSPOT_ACCESS_TOKEN: 'token',
    HUBSPOT_API_VERSION: '2026-09',
    HUBSPOT_REQUESTS_PER_10_SECONDS: '190',
    WRITE_KEY: 'w',
    ADMIN_KEY: 'a',
    SIGNING_SECRET: 'a signing secret',
    IDENTITY_SECRET: 'i',
    HUBSPOT_CLIENT_SECRET: 'h',
    PUBLIC_URL: 'https://tunnel.example.com/',
    DATA_DIR: './data',
  })

  expect(settings).toEqual({
    port: 8080,
    hubspotBaseUrl: 'https://api.hubapi.com',
    hubspotApiVersion: '2026-09',
    hubspotRequestsPer10Seconds: '190',
    secrets: {
      hubspotAccessToken: 'token',
      writeKeys: ['w'],
      adminKeys: ['a'],
      signingSecrets: ['a signing secret'],
      webhookSecrets: ['h'],
      identitySecrets: ['i'],
    },
    publicUrl: 'https://tunnel.example.com',
    dataDir: './data',
  })
})

test.each([
  ['PORT', '-1'],
  ['PORT', '65535'],
  ['PORT', '4000.5'],
  ['HUBSPOT_REQUESTS_PER_10_SECONDS', '0'],
  ['HUBSPOT_API_VERSION', 'v1'],
  ['HUBSPOT_BASE_URL', 'ftp://example.com'],
  ['PUBLIC_URL', 'tunnel.example.com'],
])('%s=%s is refused in a sentence that names it', (name, value) => {
  expect(() => readSettings({ [name]: value })).toThrow(new RegExp(`^${name} is "${value}"; it must be .*\\.$`))
})

test.each([
  ['WRITE_KEY', 'fine,half:half'],
  ['ADMIN_KEY', ':'],
  ['SIGNING_SECRET', 'a long enough one,short'],
  ['SIGNING_SECRET', 'whsec_c2hvcnQ'],
])('%s=%s is refused in a sentence that names it and does not repeat it', (name, value) => {
  const read = () => readSettings({ [name]: value })

  expect(read).toThrow(new RegExp(`^${name} .*\\.$`))
  expect(read).not.toThrow(value)
})
