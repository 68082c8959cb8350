import type { Environment, SecretValues } from './platform.ts'

/** The secrets of a local run. Lists are separated by commas, so that rotating keys can be tried. */
export const environmentSecrets = (environment: Environment): SecretValues => ({
  hubspotAccessToken: environment.HUBSPOT_ACCESS_TOKEN?.trim() || 'local',
  writeKeys: listOf(environment.WRITE_KEY) ?? ['local'],
  adminKeys: listOf(environment.ADMIN_KEY) ?? ['local'],
  signingSecrets: listOf(environment.SIGNING_SECRET) ?? [],
  webhookSecrets: listOf(environment.HUBSPOT_CLIENT_SECRET) ?? [],
  identitySecrets: listOf(environment.IDENTITY_SECRET) ?? [],
})

function listOf(text: string | undefined): readonly string[] | undefined {
  const items = (text ?? '').split(',').flatMap(item => item.trim() || [])
  return items.length > 0 ? items : undefined
}
