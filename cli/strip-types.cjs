// Lets Node run this package's TypeScript where the package is installed: as it does by itself everywhere else.
'use strict'

const { readFileSync } = require('node:fs')
const { registerHooks, stripTypeScriptTypes } = require('node:module')
const { join } = require('node:path')
const { fileURLToPath, pathToFileURL } = require('node:url')

const OURS = `${pathToFileURL(join(__dirname, '..')).href}/`
const isOurs = url => url.startsWith(OURS) && url.endsWith('.ts') && !url.slice(OURS.length).includes('node_modules/')

// What it does is what Node does, of whose stability nobody is warned either.
const { emitWarning } = process
process.emitWarning = (warning, ...rest) =>
  String(warning).includes('stripTypeScriptTypes') ? undefined : emitWarning.call(process, warning, ...rest)

registerHooks({
  load(url, context, nextLoad) {
    if (!isOurs(url)) return nextLoad(url, context)
    const source = stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'))
    return { format: 'module', source, shortCircuit: true }
  },
})
