import { parseArgs } from 'node:util'
import { OptionValues, UsageError, type Command, type OptionSpec } from './command.ts'

/** The options of every command. */
export const sharedOptions: Record<string, OptionSpec> = {
  workspace: {
    type: 'string',
    value: 'DIR',
    help: 'the workspace folder (default: DLRM_STUDIO_WORKSPACE, else the one the window opens)',
  },
  json: { type: 'boolean', help: 'print one JSON document to stdout, and progress to stderr' },
  help: { type: 'boolean', help: 'show this help' },
}

export interface ParsedArguments {
  command: Command
  positionals: string[]
  options: OptionValues
  rest: string[]
}

/**
 * The command whose one or two words the arguments begin with, after shared options, and all arguments without its
 * name.
 */
export function findCommand(
  commands: readonly Command[],
  words: readonly string[],
): { command: Command; following: string[] } | null {
  const start = leadingOptions(words)
  for (const count of [2, 1]) {
    const name = words.slice(start, start + count).join(' ')
    const command = commands.find((candidate) => candidate.name === name)
    if (command && words.length >= start + count)
      return { command, following: [...words.slice(0, start), ...words.slice(start + count)] }
  }
  return null
}

/** The number of words before the command that belong to shared options. */
function leadingOptions(words: readonly string[]): number {
  let count = 0
  for (;;) {
    const name = /^--([a-z]+)$/.exec(words[count] ?? '')?.[1]
    const option = name !== undefined && Object.hasOwn(sharedOptions, name) ? sharedOptions[name] : undefined
    if (!option) return count
    count += option.type === 'string' ? 2 : 1
  }
}

/** Throws UsageError with the offending argument. */
export function parseArguments(command: Command, following: string[]): ParsedArguments {
  const end = command.takesRest ? following.indexOf('--') : -1
  const own = end < 0 ? following : following.slice(0, end)
  const rest = end < 0 ? [] : following.slice(end + 1)
  const specs = { ...sharedOptions, ...command.options }
  const { values, positionals } = read(own, specs)
  checkChoices(values, specs)
  checkPositionals(command, positionals, values.help === true)
  return { command, positionals, options: new OptionValues(values), rest }
}

function read(own: string[], specs: Record<string, OptionSpec>) {
  try {
    const parsed = parseArgs({
      args: own,
      allowPositionals: true,
      strict: true,
      tokens: true,
      options: Object.fromEntries(
        Object.entries(specs).map(([name, { type, multiple }]) => [
          name,
          { type, multiple: multiple ?? false },
        ]),
      ),
    })
    checkRepeated(parsed.tokens, specs)
    return parsed
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(plainly(error instanceof Error ? error.message : String(error)))
  }
}

/** Only the last of several values counts, so the others would have no effect. */
function checkRepeated(
  tokens: readonly { kind: string; name?: string; value?: string | undefined }[],
  specs: Record<string, OptionSpec>,
): void {
  const values = new Map<string, string | undefined>()
  for (const { kind, name, value } of tokens) {
    if (kind !== 'option' || name === undefined || specs[name]?.multiple) continue
    if (values.has(name) && values.get(name) !== value) {
      throw new UsageError(`--${name} is given twice with different values. Leave one out.`, name)
    }
    values.set(name, value)
  }
}

/** Node's reason in one line, without its advice on positionals. */
function plainly(message: string): string {
  const option = /^Option '(--[^' ]+)' argument is ambiguous/.exec(message)?.[1]
  if (option) return `${option} needs a value; write a value that starts with a dash as ${option}=-VALUE.`
  return `${message.split('. ')[0]?.replace(/\.$/, '')}.`
}

function checkChoices(values: Record<string, unknown>, specs: Record<string, OptionSpec>) {
  for (const [name, value] of Object.entries(values)) {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined
    // An empty value usually comes from a script whose variable is not set, so the default workspace may not be the one
    // that is meant.
    if (value === '' && (spec?.value === 'DIR' || spec?.value === 'FILE')) {
      throw new UsageError(
        `--${name} is empty: name a ${spec.value === 'DIR' ? 'folder' : 'file'}, or leave it out.`,
        name,
      )
    }
    const choices = spec?.choices
    if (choices && typeof value === 'string' && !choices.includes(value)) {
      throw new UsageError(`--${name} is ${value}; it must be one of ${choices.join(', ')}.`, name)
    }
  }
}

function checkPositionals({ positionals: specs, name }: Command, given: string[], helpAsked: boolean) {
  if (helpAsked) return
  const missing = specs.find((spec, index) => spec.required && given[index] === undefined)
  if (missing) throw new UsageError(`${name} needs ${missing.name}.`, missing.name)
  const extra = given[specs.length]
  if (extra !== undefined && !specs.at(-1)?.many) {
    throw new UsageError(`${name} does not take the argument ${extra}.`)
  }
}
