import type { Status } from './schemas.ts'
import { counted } from './words.ts'

/** Events that nobody can fold, kept for a person. */
export function Parked({ status }: { status: Status | undefined }) {
  return (
    <>
      <h1>Parked events</h1>
      <p class="lead">
        Events that were accepted and then could not be read. They are kept in the table, and nothing is lost.
      </p>
      {status && <p class="empty">{status.parked === 0 ? 'There are none.' : `${counted(status.parked, 'event')}.`}</p>}
    </>
  )
}
