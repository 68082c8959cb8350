import { Action } from './action.tsx'
import { inPath } from './api.ts'

/** Looks at a user again now rather than at the next probe. */
export function Retry({ id, then }: { id: string; then?: () => void }) {
  return (
    <Action
      title="Retry"
      label={`Retry user ${id}`}
      path={`/v1/users/${inPath(id)}/retry`}
      question={`Look at user ${id} now?`}
      done={`User ${id} is looked at within seconds.`}
      {...(then && { then })}
    >
      <p>
        Everything of the user that waits, is in conflict or was refused is tried now instead of at its next look. A
        value that HubSpot has refused is sent again only once the value or its property has changed.
      </p>
    </Action>
  )
}
