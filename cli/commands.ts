import type { Command } from './command.ts'
import { check } from './commands/check.ts'
import { conflicts } from './commands/conflicts.ts'
import { explain } from './commands/explain.ts'
import { setup } from './commands/setup.ts'
import { status } from './commands/status.ts'
import { user } from './commands/user.ts'

/** Everything that can be typed behind `npx vidsync`, in the order in which help shows it. */
export const commands: readonly Command[] = [status, user, conflicts, explain, check, setup]
