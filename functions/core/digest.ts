import { hash } from 'node:crypto'

/** The base64url SHA-256 of a text: 43 characters. */
export const sha256 = (text: string): string => hash('sha256', text, 'base64url')
