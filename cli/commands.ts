import type { Command } from './command.ts'

/** A command as far as the list of commands shows it. Each is loaded only once it is given: that is what takes time. */
export interface Listed {
  readonly name: string
  readonly summary: string
  load(): Promise<Command>
}

/** Everything that can be typed behind `npx vidsync`, in the order in which help shows it. */
export const commands: readonly Listed[] = [
  {
    name: 'status',
    summary: 'whether all is well: due work, conflicts, rejections, pauses',
    load: async () => (await import('./commands/status.ts')).status,
  },
  {
    name: 'user',
    summary: 'what HubSpot holds of a user, and what is wrong with it',
    load: async () => (await import('./commands/user.ts')).user,
  },
  {
    name: 'conflicts',
    summary: 'who is in conflict with whom, and what would resolve it',
    load: async () => (await import('./commands/conflicts.ts')).conflicts,
  },
  {
    name: 'problems',
    summary: 'what HubSpot has refused, and what waits for something that it does not have',
    load: async () => (await import('./commands/problems.ts')).problems,
  },
  {
    name: 'retry',
    summary: 'looks at a user now, after somebody has put HubSpot right',
    load: async () => (await import('./commands/retry.ts')).retry,
  },
  {
    name: 'resolve',
    summary: 'ends a conflict: gives a user a contact of their own',
    load: async () => (await import('./commands/resolve.ts')).resolve,
  },
  {
    name: 'tail',
    summary: 'what changes, as it changes: pauses, conflicts, problems, work',
    load: async () => (await import('./commands/tail.ts')).tail,
  },
  {
    name: 'audit',
    summary: 'compares all of HubSpot’s contacts, or a file of users, with what vidsync knows; changes nothing',
    load: async () => (await import('./commands/audit.ts')).audit,
  },
  {
    name: 'backfill',
    summary: 'brings in the users whom your product has already, from CSV or NDJSON',
    load: async () => (await import('./commands/backfill.ts')).backfill,
  },
  {
    name: 'link',
    summary: 'tells vidsync which contacts your users have already, by HubSpot’s ids',
    load: async () => (await import('./commands/link.ts')).link,
  },
  {
    name: 'explain',
    summary: 'what an event would do, value by value, with the calls to HubSpot; nothing is sent',
    load: async () => (await import('./commands/explain.ts')).explain,
  },
  {
    name: 'check',
    summary: 'compares sync.config.ts with your HubSpot account',
    load: async () => (await import('./commands/check.ts')).check,
  },
  {
    name: 'setup',
    summary: 'creates in your HubSpot account what sync.config.ts needs',
    load: async () => (await import('./commands/setup.ts')).setup,
  },
]
