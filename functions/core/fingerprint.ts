import { sha256 } from './digest.ts'

/** A short, stable name for a value: 16 characters of its base64url SHA-256. Says nothing about the value. */
export const fingerprint = (value: string): string => sha256(value).slice(0, 16)
