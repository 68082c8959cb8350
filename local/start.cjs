// The entry of `npm start`: plain JavaScript that the oldest Node can parse, so that it can say what is wrong with itself.
'use strict'

var runsTypeScript = Boolean(process.features.typescript)

if (runsTypeScript) {
  import('./main.ts').catch(error => {
    // A mistake in sync.config.ts ends the loading itself; its message names the setting, and a stack would only hide it.
    var mistake = error instanceof Error && error.message.indexOf('sync.config.ts ') === 0
    console.error(mistake ? error.message : error)
    process.exitCode = 1
  })
} else {
  console.error(
    'vidsync needs Node 24 (22.18 at least), and this is ' +
      process.version +
      '. Install a newer one from https://nodejs.org; on Linux, `npm ci` brings one along for `npm start`.',
  )
  process.exitCode = 1
}
