import { randomUUID } from 'node:crypto'
import config from '#sync.config'
import type { SecretValues } from '../functions/runtime/platform.ts'
import type { HubSpotSimulator } from './hubspot/index.ts'
import type { WebhookOptions } from './hubspot/webhooks/webhooks.ts'

/** How the embedded HubSpot sends its webhooks; `off`: not at all, as where nobody has set them up. */
export type LocalWebhooks = 'off' | Partial<WebhookOptions>

/** With a client secret if there is none: the embedded HubSpot must have something to sign with. */
export const withWebhookSecret = (secrets: SecretValues): SecretValues =>
  secrets.webhookSecrets.length > 0 ? secrets : { ...secrets, webhookSecrets: [randomUUID()] }

/** Has the embedded HubSpot tell the API what docs/delivery.md advises to subscribe to. @returns ends it */
export function startWebhooks(
  hubspot: HubSpotSimulator,
  apiUrl: string,
  secrets: SecretValues,
  options: LocalWebhooks = {},
): () => void {
  if (options === 'off') return () => {}
  const webhooks = hubspot.sendWebhooks({
    targetUrl: `${apiUrl}/hubspot/webhooks`,
    clientSecret: secrets.webhookSecrets[0] ?? '',
    subscriptions: [
      { subscriptionType: 'contact.merge' },
      { subscriptionType: 'contact.deletion' },
      { subscriptionType: 'contact.privacyDeletion' },
      { subscriptionType: 'contact.restore' },
      { subscriptionType: 'contact.propertyChange', propertyName: 'email' },
      { subscriptionType: 'contact.propertyChange', propertyName: config.contacts.uniqueProperty },
    ],
    ...options,
  })
  return () => webhooks.stop()
}
