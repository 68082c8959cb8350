import { run } from './run.ts'

// Whoever reads what is printed here may have read enough: `vidsync conflicts | head`.
process.stdout.on('error', error => {
  if ('code' in error && error.code === 'EPIPE') process.exit(0)
  throw error
})
process.exitCode = await run(process.argv.slice(2), process.env, process)
