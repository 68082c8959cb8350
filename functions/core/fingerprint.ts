import { createHash } from 'node:crypto'

/** A short, stable name for a value: 16 characters of its base64url SHA-256. Says nothing about the value. */
export const fingerprint = (value: string): string =>
  createHash('sha256').update(value).digest('base64url').slice(0, 16)
