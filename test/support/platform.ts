import type { Platform, SecretValues } from '../../functions/runtime/platform.ts'
import { systemClock, systemRandom } from '../../functions/runtime/system.ts'
import { Recorder } from './recorder.ts'

export const testSecrets: SecretValues = {
  hubspotAccessToken: 'token',
  writeKeys: ['write-key', 'next-write-key'],
  adminKeys: ['admin-key'],
  // The last one is a mistake that must open nothing.
  signingSecrets: ['plain secret', `whsec_${Buffer.from('a secret in base64').toString('base64')}`, 'whsec_'],
  webhookSecrets: ['client-secret', 'next-client-secret'],
  identitySecrets: ['identity-secret', 'next-identity-secret'],
}

/** A platform with real time and randomness that keeps what is logged and measured. */
export function testPlatform(changes: Partial<Platform> = {}): Platform & { readonly recorder: Recorder } {
  const recorder = new Recorder()
  return {
    clock: systemClock,
    random: systemRandom,
    log: recorder,
    metrics: recorder,
    secrets: { read: async () => testSecrets },
    recorder,
    ...changes,
  }
}
