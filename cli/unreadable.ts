const CAUSES: { readonly [code: string]: string } = {
  ENOENT: 'there is no such file',
  EACCES: 'you may not read it',
  EISDIR: 'it is a folder',
}

/** Why a file could not be opened, in words and with the system's code for it. */
export function whyUnreadable(error: Error): string {
  if (!('code' in error)) return error.message
  const code = String(error.code)
  return Object.hasOwn(CAUSES, code) ? `${CAUSES[code]} (${code})` : code
}
