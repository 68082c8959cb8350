/** What a page knows of its user. */
export interface Visitor {
  /** vidsync's API, without a slash at its end: `https://….execute-api.….amazonaws.com`. */
  readonly api: string
  /** The user id that your events carry. */
  readonly userId: string
  /** The hexadecimal HMAC-SHA256 of the user id with one of vidsync's `identitySecrets`, made on your server. */
  readonly userHash: string
  /** For how long to wait for an address that is still on its way to HubSpot, in milliseconds. Default 3,000. */
  readonly wait?: number
}

declare global {
  /** HubSpot's queue of commands: an array until its tracking code has loaded. */
  var _hsq: { push(command: readonly unknown[]): unknown } | undefined
}

/** What vidsync's front-end gate answers; a refusal has neither. */
interface Answer {
  readonly email?: string | null
  readonly pending?: boolean
}

/** Between two questions while an address is on its way, in milliseconds. */
const PAUSE = 500
/** How much longer than `wait` a question may hang, in milliseconds. */
const PATIENCE = 2_000

/**
 * Tells HubSpot's tracking code who the visitor is, by an address of which HubSpot is known to hold the user's contact:
 * any other would make a second contact. Waits briefly for a newer address that is on its way; when that does not come,
 * the one before it is used; when there is none, nobody is identified.
 *
 * HubSpot sends the identity with the next page view. So load its tracking code, or track a page view, afterwards:
 *
 * @example
 *     identify({ api, userId, userHash }).then(() => _hsq.push(['trackPageView']))
 *
 * @returns the address, or `undefined`. Never rejects, and takes at most `wait` and two seconds: whatever goes wrong (no
 * network, a wrong hash, an old browser) costs this identification, deliberately, and never the page. The browser's
 * console shows requests that failed.
 */
export async function identify({ api, userId, userHash, wait = 3_000 }: Visitor): Promise<string | undefined> {
  const end = Date.now() + wait
  try {
    const signal = AbortSignal.timeout(wait + PATIENCE)
    for (;;) {
      const response = await fetch(`${api}/v1/identity/${encodeURIComponent(userId)}`, {
        headers: { 'x-user-hash': userHash },
        signal,
      })
      const { email, pending }: Answer = JSON.parse(await response.text())
      const left = end - Date.now()
      if (pending && left > 0) await new Promise(resolve => setTimeout(resolve, Math.min(PAUSE, left)))
      else if (email) {
        globalThis._hsq ||= []
        globalThis._hsq.push(['identify', { email }])
        return email
      } else return undefined
    }
  } catch {
    return undefined
  }
}
