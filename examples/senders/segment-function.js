// biome-ignore-all lint/correctness/noUnusedVariables: Segment calls them by their names.
/**
 * A destination function of Segment (*Connections → Functions*): every source that is connected to it sends to vidsync. Its
 * settings are `url`, such as https://….amazonaws.com, and `writeKey`, encrypted.
 *
 * Segment's webhook destination does it without code: URL `<url>/v1/identify`, header `Authorization` with the value
 * `Basic ` and the base64 of `<write key>:`, one mapping for each type of call.
 */
const onIdentify = send
const onTrack = send
const onGroup = send
const onPage = send
const onScreen = send
const onAlias = send

async function send(event, { url, writeKey }) {
  const response = await fetch(`${url}/v1/${event.type}`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${writeKey}:`)}`, 'content-type': 'application/json' },
    body: JSON.stringify(event),
  })
  const words = await response.text()
  // Segment sends again what meets a RetryError, for four hours; events that came twice are recognised.
  if (response.status === 429 || response.status >= 500) throw new RetryError(words)
  // An anonymous visitor is nobody's contact.
  if (response.status === 400) throw new EventNotSupported(words)
  if (!response.ok) throw new InvalidEventPayload(words)
}
