/** What a command is: a name, a table of what it takes, and a function. Nothing here knows a particular command. */
import type { Services } from './services.ts'

export interface OptionSpec {
  type: 'string' | 'boolean'
  /** What stands for the value in the help, e.g. FILE; strings only. */
  value?: string
  /** May be given several times. */
  multiple?: boolean
  /** One of these and nothing else. */
  choices?: readonly string[]
  help: string
}

export interface PositionalSpec {
  name: string
  required: boolean
  /** Takes all that is left; the last one only. */
  many?: boolean
}

export interface Invocation {
  positionals: string[]
  options: OptionValues
  /** Everything after `--`, untouched. */
  rest: string[]
  services: Services
  /** Aborted by SIGINT or SIGTERM. */
  signal: AbortSignal
  /** A line on stderr while the work goes on; on a terminal it replaces the one before. */
  progress(line: string): void
  /** A line on stderr that stays. */
  note(line: string): void
  /** Whether a person sees stderr: progress may then change by the moment, and needs no lasting lines. */
  watched: boolean
  /** A line on stdout at once, for commands that print as they go; nothing with --json. */
  print(line: string): void
}

export interface Outcome {
  /** What --json prints: the one document on stdout. */
  json: unknown
  /** What a person sees. */
  text: string
  /** 0 unless told otherwise. */
  exitCode?: number
}

export interface Command {
  /** One or two words, e.g. `data import`. */
  name: string
  summary: string
  positionals: PositionalSpec[]
  options: Record<string, OptionSpec>
  /** Takes arguments after `--`. */
  takesRest?: boolean
  run(invocation: Invocation): Promise<Outcome>
}

/** Exit statuses that scripts rely on. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const

/** A mistake in how the command was called: exit status 2. */
export class UsageError extends Error {
  readonly field: string | undefined

  constructor(message: string, field?: string) {
    super(message)
    this.name = 'UsageError'
    this.field = field
  }
}

/** Typed reading of a command's parsed options. */
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

  /** Throws UsageError for the first of these options that was given; `reason` is the rest of a sentence. */
  refuseUnused(names: readonly string[], reason: string): void {
    const given = names.find((name) => this.#values[name] !== undefined)
    if (given === undefined) return
    throw new UsageError(`--${given} has no effect: ${reason}. Leave it out.`, given)
  }

  list(name: string): string[] {
    const value = this.#values[name]
    return Array.isArray(value) ? value.map(String) : []
  }

  /** Throws UsageError where the text is no number, or no whole one where `whole` is asked for. */
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
