const LEVELS: Readonly<Record<string, readonly [level: string, meaning: string]>> = {
  synced: ['good', 'HubSpot has everything that it can take'],
  pending: ['info', 'Accepted, and not yet in HubSpot'],
  conflict: ['bad', 'The contact or the address is another user’s: nothing of either is overwritten'],
  rejected: ['bad', 'Nothing of this could be delivered'],
  waiting: ['watch', 'Waits for something that HubSpot does not have yet'],
  deleted: ['plain', 'Deleted'],
}

/** A status as a word and a colour; what it means is told to whoever asks. */
export function StatusBadge({ status }: { status: string }) {
  const [level, meaning] = LEVELS[status] ?? ['plain', '']
  return (
    <span class="status" data-level={level} title={meaning}>
      {status}
    </span>
  )
}
