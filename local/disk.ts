/** Node's codes, LevelDB's words and SQLite's. */
const FULL =
  /ENOSPC|EDQUOT|EFBIG|EROFS|EIO|No space left|File too large|disk quota|disk is full|disk I\/O|Read-only file/i

/**
 * What a person should know of an error that ends a run, when it is the disk's.
 * @returns one sentence; `undefined` for any other error
 */
export function diskTrouble(error: unknown): string | undefined {
  const words = error instanceof Error ? error.message : String(error)
  const [reason] = FULL.exec(words) ?? []
  if (reason === undefined) return undefined
  return `DATA_DIR cannot be written any more (${reason}): make room there and start again; nothing that was accepted is lost.`
}
