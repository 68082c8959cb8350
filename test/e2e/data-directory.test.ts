import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { SOON, startRun } from './run.ts'

/** Posts a user and waits until HubSpot has them. */
async function synced(run: Awaited<ReturnType<typeof startRun>>, userId: string) {
  await run.post('identify', { userId, traits: { email: `${userId}@example.com` } })
  await expect.poll(async () => (await run.get(`/v1/users/${userId}`)).body, SOON).toMatchObject({ status: 'synced' })
}

test('a second run with the same DATA_DIR finds the users and the contacts of the first, and new users get new contacts', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'vidsync-data-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const first = await startRun({ dataDir })
  await synced(first, 'u1')
  const before = first.hubspot?.contacts()
  await first.stop()

  const second = await startRun({ dataDir })
  onTestFinished(() => second.stop())
  const after = second.hubspot?.contacts()
  await synced(second, 'u2')

  expect(after).toEqual(before)
  expect(second.hubspot?.contacts().map(({ properties }) => properties.internal_user_id)).toEqual(['u1', 'u2'])
}, 60_000)
