import { openDataDirectory } from '../../local/data-directory.ts'
import { startEmulators } from '../../local/emulators.ts'

/** The embedded neighbours in a process that the tests can kill. */
process.once('message', async ({ stack, path }: { stack: Parameters<typeof startEmulators>[0]; path: string }) => {
  const { queues, table } = await startEmulators(stack, openDataDirectory(path))
  process.send?.({ queues, table })
})
