/** One line on stderr for a step that takes time: stdout belongs to the command's own answer. */
export function say(line) {
  process.stderr.write(`• ${line}\n`)
}

/** A failure that the reader can act on: shown as its message alone. */
export class SetupError extends Error {}

/** Runs a script's main function; a failure is one plain message and exit status 1, never a stack trace. */
export async function runScript(main) {
  try {
    await main()
  } catch (error) {
    process.stderr.write(
      `\n${error instanceof SetupError ? error.message : `Unexpected: ${error?.stack ?? error}`}\n`,
    )
    process.exitCode = 1
  }
}
