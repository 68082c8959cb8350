import { writeFile } from 'node:fs/promises'
import type { Reporter, TestModule } from 'vitest/node'

/** A reporter that writes only how many tests passed, failed and were skipped: JSON, into the file `VIDSYNC_TALLY`. */
export default class Tally implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const states = modules.flatMap(module => Array.from(module.children.allTests(), test => test.result().state))
    const count = (state: string) => states.filter(each => each === state).length
    // A file that cannot even be loaded fails without failing a test.
    const broken = modules.filter(module => !module.ok() && module.errors().length > 0).length
    const tally = { passed: count('passed'), failed: count('failed') + broken, skipped: count('skipped') }
    await writeFile(process.env.VIDSYNC_TALLY ?? '', JSON.stringify(tally))
  }
}
