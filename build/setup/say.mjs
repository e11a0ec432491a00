/** Prints one line on stderr for a step that takes time. stdout is reserved for the answer of the command. */
export function say(line) {
  process.stderr.write(`• ${line}\n`)
}

/** A failure that the reader can act on. Only its message is shown. */
export class SetupError extends Error {}

/** Runs a script's main function. A failure becomes one plain message and exit status 1, never a stack trace. */
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
