#!/usr/bin/env node
// The command line: plain JavaScript that the oldest Node can parse, so that it can say what is wrong with itself.
'use strict'

var runsTypeScript = Boolean(process.features.typescript)
var isInstalled = /[\\/]node_modules[\\/]/.test(__dirname)

if (runsTypeScript) {
  // Node itself strips types nowhere below node_modules, which is where this package is once it is installed.
  if (isInstalled) require('./strip-types.cjs')
  import('./main.ts').catch(error => {
    console.error(error)
    process.exitCode = 1
  })
} else {
  console.error(
    'vidsync needs Node 24 (22.18 at least), and this is ' +
      process.version +
      '. Install a newer one from https://nodejs.org' +
      (isInstalled ? '.' : '; on Linux, `npm ci` brings one along for `npx vidsync`.'),
  )
  process.exitCode = 2
}
