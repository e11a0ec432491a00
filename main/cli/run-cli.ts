import { explainDiskFull } from '../platform/disk-space.ts'
import { StudioError, toErrorData, type ErrorData } from '../contract/errors.ts'
import { AssignmentError } from '../model/assign-setting.ts'
import { EXIT, UsageError, type Command, type Outcome } from './command.ts'
import { commandHelp, groupHelp, overview } from './help.ts'
import { interruptions } from './interruptions.ts'
import { findCommand, parseArguments, type ParsedArguments } from './parse-arguments.ts'
import { Services } from './services.ts'
import { ProgressLine, writeText } from './terminal.ts'

/** Runs one command line and returns its exit status. Only the result is written to stdout. */
export async function runCli(commands: readonly Command[], words: string[]): Promise<number> {
  const wantsJson = words.slice(0, words.includes('--') ? words.indexOf('--') : undefined).includes('--json')
  const found = findCommand(commands, words)
  if (!found) return withoutCommand(commands, words, wantsJson)
  let parsed: ParsedArguments
  try {
    parsed = parseArguments(found.command, found.following)
  } catch (error) {
    return failed(error, wantsJson)
  }
  if (parsed.options.flag('help')) {
    await write(commandHelp(parsed.command))
    return EXIT.done
  }
  return execute(parsed, wantsJson)
}

async function withoutCommand(commands: readonly Command[], words: string[], wantsJson: boolean) {
  const [first] = words
  if (first === undefined || first === '--help' || first === 'help') {
    await write(overview(commands))
    return first === undefined ? EXIT.usage : EXIT.done
  }
  const group = commands.filter(({ name }) => name.startsWith(`${first} `))
  if (group.length > 0 && words[1] === '--help') {
    await write(groupHelp(first, group))
    return EXIT.done
  }
  const names = group.map(({ name }) => name)
  const advice = group.length ? `Use one of: ${names.join(', ')}.` : 'Run --help for a list of commands.'
  return failed(new UsageError(`There is no command ${words.slice(0, 2).join(' ')}. ${advice}`), wantsJson)
}

async function execute({ command, positionals, options, rest }: ParsedArguments, wantsJson: boolean) {
  const services = new Services(options.text('workspace'))
  const line = new ProgressLine()
  const { signal, dispose } = interruptions(() =>
    line.keep('Interrupted. Press Ctrl-C again to exit at once.'),
  )
  try {
    const outcome = await command.run({
      positionals: positionals.map((text, at) =>
        (command.positionals[at] ?? command.positionals.at(-1))?.name === 'RUN'
          ? runId(services, text)
          : text,
      ),
      options,
      rest,
      services,
      signal,
      progress: (text) => line.show(text),
      note: (text) => line.keep(text),
      watched: process.stderr.isTTY,
      print: (text) => {
        if (!wantsJson) void write(text)
      },
    })
    line.clear()
    if (services.copy) line.keep(`Note: before the database was updated it was copied to ${services.copy}.`)
    for (const problem of services.problems()) line.keep(`Warning: ${problem}`)
    await services.close()
    await report(outcome, wantsJson)
    return signal.aborted ? EXIT.interrupted : (outcome.exitCode ?? EXIT.done)
  } catch (error) {
    line.clear()
    await services.close().catch(() => undefined)
    const status = await failed(explainDiskFull(error, services.workspacePath), wantsJson)
    return signal.aborted ? EXIT.interrupted : status
  } finally {
    dispose()
  }
}

/** The id of the run that a text is the id or the only name of; else the text itself. Throws UsageError for a name of several. */
function runId({ database }: Services, text: string): string {
  if (database.runList.byId([text]).length > 0) return text
  const ids = database.runList.named(text).map(({ id }) => id)
  if (ids.length > 1) {
    throw new UsageError(`${ids.length} runs are named ${text}: give an id, one of ${ids.join(', ')}.`, 'RUN')
  }
  return ids[0] ?? text
}

const report = ({ json, text }: Outcome, wantsJson: boolean) =>
  wantsJson ? write(JSON.stringify(json, null, 2)) : text ? write(text) : undefined

async function failed(error: unknown, wantsJson: boolean): Promise<number> {
  const usage = error instanceof UsageError || error instanceof AssignmentError
  const data: ErrorData = usage
    ? new StudioError('InvalidArgument', error.message, fieldOf(error)).data
    : toErrorData(error)
  if (wantsJson) await write(JSON.stringify({ error: data }, null, 2))
  else await writeText(process.stderr, `${usage ? '' : 'Error: '}${data.message}${location(data)}`)
  return usage ? EXIT.usage : EXIT.failed
}

const fieldOf = (error: UsageError | AssignmentError): { field?: string } =>
  error instanceof UsageError ? { field: error.field } : { field: error.path }

function location({ file, row, column, message }: ErrorData): string {
  const phrases = [
    file && !message.includes(file) ? file : '',
    row !== undefined && !message.includes(`row ${row}`) ? `row ${row}` : '',
    column && !message.includes(column) ? `column ${column}` : '',
  ].filter(Boolean)
  return phrases.length ? ` (${phrases.join(', ')})` : ''
}

const write = (text: string) => writeText(process.stdout, text)
