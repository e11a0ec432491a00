/**
 * The definition of a command: a name, a table of its arguments and options, and a function. Nothing here depends on a
 * particular command.
 */
import type { Services } from './services.ts'

export interface OptionSpec {
  type: 'string' | 'boolean'
  /** The placeholder for the value in the help, such as FILE. Only options of type string have one. */
  value?: string
  /** Whether it may be given several times. */
  multiple?: boolean
  /** The allowed values. */
  choices?: readonly string[]
  help: string
}

export interface PositionalSpec {
  name: string
  required: boolean
  /** Takes all remaining arguments. Only the last one may have it. */
  many?: boolean
}

export interface Invocation {
  positionals: string[]
  options: OptionValues
  /** Everything after `--`, unchanged. */
  rest: string[]
  services: Services
  /** Aborted by SIGINT or SIGTERM. */
  signal: AbortSignal
  /** Shows progress as a line on stderr. On a terminal it replaces the previous line. */
  progress(line: string): void
  /** Prints a line on stderr that stays. */
  note(line: string): void
  /** Whether stderr is a terminal. Progress may then change at any moment and needs no lasting lines. */
  watched: boolean
  /** Prints a line on stdout at once, for commands that print while they run. Prints nothing with --json. */
  print(line: string): void
}

export interface Outcome {
  /** The value that --json prints as the only document on stdout. */
  json: unknown
  /** The text for people. */
  text: string
  /** The exit status; 0 if absent. */
  exitCode?: number
}

export interface Command {
  /** One or two words, such as `data import`. */
  name: string
  summary: string
  positionals: PositionalSpec[]
  options: Record<string, OptionSpec>
  /** A sentence that the help has below the options. */
  note?: string
  /** Whether it takes arguments after `--`. */
  takesRest?: boolean
  run(invocation: Invocation): Promise<Outcome>
}

/** The exit statuses on which scripts rely. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const

/** A mistake in the call of the command, which exits with status 2. */
export class UsageError extends Error {
  readonly field: string | undefined

  constructor(message: string, field?: string) {
    super(message)
    this.name = 'UsageError'
    this.field = field
  }
}

/** Reads a command's parsed options with their types. */
export class OptionValues {
  readonly #values: Record<string, string | boolean | (string | boolean)[] | undefined>

  constructor(values: Record<string, string | boolean | (string | boolean)[] | undefined>) {
    this.#values = values
  }

  text(name: string): string | undefined {
    const value = this.#values[name]
    return typeof value === 'string' ? value : undefined
  }

  flag(name: string): boolean {
    return this.#values[name] === true
  }

  /** Throws UsageError for the first of these options that was given. `reason` completes the sentence. */
  refuseUnused(names: readonly string[], reason: string): void {
    const given = names.find((name) => this.#values[name] !== undefined)
    if (given === undefined) return
    throw new UsageError(`--${given} has no effect: ${reason}. Leave it out.`, given)
  }

  list(name: string): string[] {
    const value = this.#values[name]
    return Array.isArray(value) ? value.map(String) : []
  }

  /** Throws UsageError if the text is not a number, or not a whole number if `whole` is set. */
  number(name: string, { whole = false, min = -Infinity, max = Infinity } = {}): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const value = text.trim() === '' ? NaN : Number(text)
    if (!Number.isFinite(value) || (whole && !Number.isSafeInteger(value)) || value < min || value > max) {
      const bounds = [min > -Infinity ? `at least ${min}` : '', max < Infinity ? `at most ${max}` : '']
        .filter(Boolean)
        .join(' and ')
      throw new UsageError(
        `--${name} is ${text}; it must be a ${whole ? 'whole ' : ''}number${bounds && `, ${bounds}`}.`,
        name,
      )
    }
    return value
  }
}
