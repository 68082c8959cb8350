import * as v from 'valibot'
import type { SecretValues } from './platform.ts'

const key = v.pipe(v.string(), v.nonEmpty())

const schema = v.object({
  hubspotAccessToken: key,
  writeKeys: v.pipe(v.array(key), v.minLength(1)),
  adminKeys: v.pipe(v.array(key), v.minLength(1)),
  signingSecrets: v.optional(v.array(key), []),
  webhookSecrets: v.optional(v.array(key), []),
  identitySecrets: v.optional(v.array(key), []),
})

/** Reads the secret's JSON document. @throws Error naming the field that is missing or wrong, never its value. */
export function parseSecretDocument(text: string | undefined): SecretValues {
  const result = v.safeParse(schema, json(text))
  if (result.success) return result.output
  const fields = [...new Set(result.issues.map(issue => v.getDotPath(issue) ?? 'the document itself'))]
  throw new Error(
    `The secret is not usable: check ${fields.join(', ')}. It must be JSON like ${EXAMPLE}, without empty keys.`,
  )
}
const EXAMPLE =
  '{"hubspotAccessToken": "…", "writeKeys": ["…"], "adminKeys": ["…"], "signingSecrets": [], "webhookSecrets": [], "identitySecrets": []}'

function json(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
