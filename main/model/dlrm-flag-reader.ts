/** Reads words as argparse reads the flags of dlrm_s_pytorch.py does. */
import { issueSentence } from './issue-text.ts'
import { isValue, meansFalse, optionNamed } from './argparse-values.ts'
import {
  flagNames,
  ignoredWithRandomData,
  refusedFlags,
  supportedFlags,
  supportedSchema,
  switches,
  truthFlags,
  type DlrmFlags,
} from './dlrm-flags.ts'

/** A flag that is unknown, wrong, or not implemented here. */
export class FlagError extends Error {
  readonly flag: string

  constructor(flag: string, message: string) {
    super(`${flag}: ${message}`)
    this.name = 'FlagError'
    this.flag = flag
  }
}

export interface GivenFlags {
  /** The flags that are implemented. If one is given several times, the last one counts. */
  values: Record<string, string | boolean>
  /** Flags that are not implemented, and why. */
  refused: { flag: string; reason: string }[]
  /** Flags that the reference reads only for its data sets, or not at all. */
  withoutEffect: string[]
  /** Flags of both kinds, in the order in which they were given. */
  aside: string[]
  /** What may surprise a person about the values. */
  notes: string[]
}

/** Reads flags as `--name=value` or `--name value`. A name may be abbreviated as long as it fits one flag only. */
export function readFlags(words: readonly string[]): GivenFlags {
  const given: GivenFlags = { values: {}, refused: [], withoutEffect: [], aside: [], notes: [] }
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    const [, written, attached] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? []
    if (written === undefined) throw new FlagError(word, 'this is not a flag of dlrm_s_pytorch.py.')
    const name = nameOf(written)
    if (switches.has(name)) {
      if (attached !== undefined) throw new FlagError(`--${name}`, 'it takes no value.')
      sort(given, name, true)
    } else {
      const next = words[index + 1]
      const value = attached ?? (next !== undefined && isValue(next) ? next : undefined)
      if (value === undefined) throw new FlagError(`--${name}`, 'a value is missing.')
      if (attached === undefined) index += 1
      sort(given, name, value)
    }
  }
  return given
}

function nameOf(written: string): string {
  const name = optionNamed(written, flagNames)
  if (typeof name === 'string') return name
  const flag = `--${written}`
  if (name.length === 0) throw new FlagError(flag, 'dlrm_s_pytorch.py has no such flag.')
  throw new FlagError(flag, `it could be ${name.map((each) => `--${each}`).join(' or ')}.`)
}

function sort(
  { values, refused, withoutEffect, aside, notes }: GivenFlags,
  name: string,
  value: string | true,
): void {
  const flag = `--${name}`
  if (truthFlags.has(name) && typeof value === 'string' && meansFalse(value)) {
    notes.push(
      `${flag}=${value} is read as true, as the reference reads any text but the empty one: ` +
        `write ${flag}= for false.`,
    )
  }
  const rule = Object.hasOwn(refusedFlags, name) ? refusedFlags[name] : undefined
  if (rule && (value === true || !rule.harmless.includes(value))) {
    refused.push({ flag, reason: rule.reason })
    aside.push(flag)
  }
  if (ignoredWithRandomData.has(name)) {
    withoutEffect.push(flag)
    aside.push(flag)
  }
  if (Object.hasOwn(supportedFlags, name)) values[name] = value
}

/** The values of the implemented flags, with defaults for those that are absent. Throws FlagError. */
export function readValues(values: GivenFlags['values']): DlrmFlags {
  const parsed = supportedSchema.safeParse(values)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const name = String(issue?.path[0])
  const remedy = issueSentence(issue, 'it').replace(/^it: /, '')
  throw new FlagError(`--${name}`, `'${String(values[name])}' is not valid: ${remedy}`)
}
