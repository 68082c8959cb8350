import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Debian's, or the one that `CHROMIUM_PATH` names. */
const PATH = process.env.CHROMIUM_PATH || '/usr/bin/chromium'

/** Whether there is a Chromium on this machine. */
export const chromiumIsHere = existsSync(PATH)

/** Says aloud that tests in a real browser are skipped. */
export function warnWithoutChromium(): void {
  if (!chromiumIsHere)
    console.warn(`Skipping the tests in a real browser: there is no Chromium at ${PATH} (CHROMIUM_PATH names another).`)
}

/** Starts one without a window that talks to nobody but the pages it is shown. */
export const startChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: PATH,
    args: [
      // In a container there are often no name spaces for it; all that is shown comes from the test.
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-default-apps',
      '--disable-domain-reliability',
      '--disable-sync',
      '--no-pings',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  })
