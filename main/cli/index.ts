/** The entry point of the command line. */
import { commands } from './commands/index.ts'
import { runCli } from './run-cli.ts'

// A reader that closes the pipe early (`| head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

process.exit(await runCli(commands, process.argv.slice(2)))
