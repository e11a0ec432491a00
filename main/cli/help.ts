import type { Command, OptionSpec } from './command.ts'
import { sharedOptions } from './parse-arguments.ts'
import { maximumOf } from '../model/extremes.ts'
import { commandFor } from '../platform/installation.ts'

/** The list of commands. */
export function overview(commands: readonly Command[]): string {
  return [
    'The command line of DLRM Studio.',
    '',
    `Usage: ${commandFor('COMMAND [OPTIONS]')}`,
    '',
    ...commandLines(commands),
    '',
    'Run COMMAND --help for its options. Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.',
  ].join('\n')
}

/** The list of the commands that begin with a word which is not a command itself. */
export function groupHelp(word: string, commands: readonly Command[]): string {
  return [
    `Usage: ${commandFor(`${word} COMMAND [OPTIONS]`)}`,
    '',
    ...commandLines(commands),
    '',
    `Run ${word} COMMAND --help for its options.`,
  ].join('\n')
}

function commandLines(commands: readonly Command[]): string[] {
  const width = maximumOf(commands.map(({ name }) => name.length))
  return commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)
}

export function commandHelp(command: Command): string {
  const positionals = command.positionals.map(({ name, required, many }) => {
    const shown = many ? `${name}...` : name
    return required ? shown : `[${shown}]`
  })
  const usage = [command.name, ...positionals, '[OPTIONS]', ...(command.takesRest ? ['-- FLAGS'] : [])]
  return [
    command.summary,
    '',
    `Usage: ${commandFor(usage.join(' '))}`,
    '',
    ...optionLines({ ...command.options, ...sharedOptions }),
    ...(command.note === undefined ? [] : ['', command.note]),
  ].join('\n')
}

function optionLines(options: Record<string, OptionSpec>): string[] {
  const rows = Object.entries(options).map(([name, { value, help, choices }]) => {
    const shown = choices ? choices.join('|') : value
    return { left: shown ? `--${name} ${shown}` : `--${name}`, help }
  })
  const width = Math.min(44, maximumOf(rows.map(({ left }) => left.length)))
  return rows.map(({ left, help }) => `  ${left.padEnd(width)}  ${help}`)
}
