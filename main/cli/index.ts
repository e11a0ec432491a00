/** The command line's entry. */
import { commands } from './commands/index.ts'
import { runCli } from './run-cli.ts'

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

process.exit(await runCli(commands, process.argv.slice(2)))
