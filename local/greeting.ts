import type { LocalSettings } from './settings.ts'
import type { Local } from './start-local.ts'

type Running = Pick<Local, 'apiUrl' | 'hubspotUrl' | 'hubspot'>

/** What a person wants to know first: where to send, with a command to copy, and where to see what came of it. */
export function welcome({ apiUrl, hubspotUrl, hubspot }: Running, settings: LocalSettings): string[] {
  const [writeKey = ''] = settings.secrets.writeKeys
  const [adminKey = ''] = settings.secrets.adminKeys
  const event = JSON.stringify({ userId: 'u1', traits: { email: 'ada@example.com', firstName: 'Ada' } })
  return [
    '',
    `vidsync is ready at ${apiUrl}`,
    '',
    'Look at it in a browser:',
    `  ${apiUrl}/console`,
    'Send an event:',
    `  curl -u ${quoted(`${writeKey}:`)} ${apiUrl}/v1/identify -H 'content-type: application/json' -d ${quoted(event)}`,
    'See what became of its user, some seconds later:',
    `  curl -u ${quoted(`${adminKey}:`)} ${apiUrl}/v1/users/u1`,
    ...(hubspot
      ? [
          'See the contact in the embedded HubSpot:',
          `  curl -H ${quoted(`Authorization: Bearer ${settings.secrets.hubspotAccessToken}`)} ${quoted(
            `${hubspotUrl}/crm/v3/objects/contacts?properties=email,firstname,internal_user_id`,
          )}`,
        ]
      : [`Contacts go to ${hubspotUrl}.`]),
    '',
    settings.dataDir === undefined
      ? 'Everything is in memory and gone when this ends; DATA_DIR=./data keeps it. Ctrl+C ends it.'
      : `Everything accepted${hubspot ? ', and the embedded HubSpot,' : ''} is kept in ${settings.dataDir}. Ctrl+C ends it.`,
    '',
  ]
}

/** As a shell takes it literally; plain words as they are. */
const quoted = (text: string): string => (/^[\w:./@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)
