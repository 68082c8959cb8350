import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { RETRY_LATER, Refused } from './http.ts'
import type { Platform, SecretValues } from './platform.ts'

type Headers = Readonly<Record<string, string | undefined>>

/** Webhooks signed longer ago, or further ahead, are refused: a recorded one cannot be played back later. In seconds. */
const SIGNATURE_TOLERANCE = 5 * 60

/**
 * Judges a request by the secrets as last read, and once more by fresh ones where these refuse it: a key that was just
 * rotated in works at once.
 * @returns what `judge` returns. @throws Refused: 503, when the secrets cannot be read.
 */
export async function authorize<T>(
  deps: Keyring,
  judge: (values: SecretValues) => T | undefined,
): Promise<T | undefined> {
  const known = await readSecrets(deps)
  const verdict = judge(known)
  if (verdict !== undefined) return verdict
  const fresh = await readSecrets(deps, { refresh: true })
  return fresh === known ? undefined : judge(fresh)
}

type Keyring = Pick<Platform, 'secrets' | 'log'>

async function readSecrets({ secrets, log }: Keyring, options?: { refresh: boolean }): Promise<SecretValues> {
  try {
    return await secrets.read(options)
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error))
    log.error('The secrets cannot be read, so nobody can be let in', { error: name, reason: message })
    throw new Refused(503, 'Credentials cannot be checked right now: send the request again later.', RETRY_LATER)
  }
}

/** Lets operators in, by the admin key, and nobody else. @throws Refused: 401. */
export async function admitOperator(deps: Keyring, headers: Headers): Promise<void> {
  const key = basicKey(headers)
  const admitted = await authorize(deps, ({ adminKeys }) => isOneOf(key, adminKeys) || undefined)
  if (!admitted) throw new Refused(401, NO_OPERATOR, ASK_FOR_KEY)
}

const NO_OPERATOR =
  'No valid credentials: send the admin key as the user name of HTTP Basic (curl -u KEY:). The write key only posts events.'

/** Tells clients that the key is sent by HTTP Basic. */
export const ASK_FOR_KEY = { headers: { 'www-authenticate': 'Basic realm="vidsync"' } }

/** The user name of `Authorization: Basic …`, which is the key; the password does not matter. */
export function basicKey(headers: Headers): string | undefined {
  const [scheme, credentials] = (headers.authorization ?? '').trim().split(/\s+/, 2)
  if (scheme?.toLowerCase() !== 'basic' || !credentials) return undefined
  const [key] = Buffer.from(credentials, 'base64').toString().split(':', 1)
  return key || undefined
}

/** Whether `key` is one of `keys`. Takes the same time whichever it is, and whatever they share. */
export function isOneOf(key: string | undefined, keys: readonly string[]): boolean {
  if (!key) return false
  const digest = sha256(key)
  return keys.map(candidate => timingSafeEqual(digest, sha256(candidate))).includes(true)
}

/**
 * Whether `hash` is the hexadecimal HMAC-SHA256 of a user id made with one of `secrets`, as Intercom's identity
 * verification has it. Takes the same time whichever it is, and however much of it is right.
 */
export function isUserHash(userId: string, hash: string | undefined, secrets: readonly string[]): boolean {
  if (!hash || !/^[0-9a-f]{64}$/i.test(hash)) return false
  const given = Buffer.from(hash, 'hex')
  const expected = secrets
    .filter(secret => secret !== '')
    .map(secret => createHmac('sha256', secret).update(userId).digest())
  return expected.map(mine => timingSafeEqual(mine, given)).includes(true)
}

/**
 * Whether one of `secrets` signed the body as Standard Webhooks asks
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 * @param now in milliseconds. @param body as it came, before anything is inflated.
 */
export function isSigned(headers: Headers, body: Buffer, secrets: readonly string[], now: number): boolean {
  const id = headers['webhook-id']
  const timestamp = headers['webhook-timestamp']
  const signatures = headers['webhook-signature']
  if (!id || !timestamp || !signatures || !/^\d{1,12}$/.test(timestamp)) return false
  // The dots between the parts are signed like any other: with more of them, other parts would fit the same signature.
  if (id.includes('.')) return false
  if (Math.abs(now / 1000 - Number(timestamp)) > SIGNATURE_TOLERANCE) return false

  const given = signatures
    .split(' ', MOST_SIGNATURES)
    .filter(signature => signature.startsWith('v1,'))
    .map(signature => sha256(Buffer.from(signature.slice(3), 'base64')))
  // Anybody can sign with an empty key.
  const keys = secrets.map(signingKey).filter(key => key.length > 0)
  const expected = keys.map(key =>
    sha256(createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()),
  )
  return expected.flatMap(mine => given.map(theirs => timingSafeEqual(mine, theirs))).includes(true)
}

const MOST_SIGNATURES = 20

/** `whsec_` announces base64; any other secret is used as it is. */
const signingKey = (secret: string): Buffer =>
  secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret)

const sha256 = (value: string | Buffer): Buffer => createHash('sha256').update(value).digest()
