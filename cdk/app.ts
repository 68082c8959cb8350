import { App } from 'aws-cdk-lib/core'
import { addChecks } from './checks.ts'
import { parseSettings, SETTING_NAMES } from './settings.ts'
import { VidsyncStack } from './stack.ts'

const app = new App()
const settings = parseSettings(Object.fromEntries(SETTING_NAMES.map(name => [name, app.node.tryGetContext(name)])))
new VidsyncStack(app, `vidsync-${settings.stage}`, { settings })
addChecks(app)
app.synth()
