import { App } from 'aws-cdk-lib/core'
import { addChecks } from './checks.ts'
import { parseSettings, SETTING_NAMES, type Settings } from './settings.ts'
import { VidsyncStack } from './stack.ts'

const app = new App()
const settings = settingsOf(app)
new VidsyncStack(app, `vidsync-${settings.stage}`, { settings })
addChecks(app)
app.synth()

/** Settings come from `cdk.json` or the command line: `npx cdk deploy -c stage=prod`. What is wrong with them is one sentence. */
function settingsOf(app: App): Settings {
  try {
    return parseSettings(Object.fromEntries(SETTING_NAMES.map(name => [name, app.node.tryGetContext(name)])))
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}
