/** Reads `path=value`, the form in which a command line sets a setting. */
import { isPlainObject, type PlainObject } from './plain-object.ts'

/** A wrong assignment. `path` is the setting that it concerns. */
export class AssignmentError extends Error {
  readonly path: string

  constructor(path: string, message: string) {
    super(message)
    this.name = 'AssignmentError'
    this.path = path
  }
}

export interface Assignment {
  path: string[]
  value: unknown
}

/** Splits at the first '='. The value is JSON, a list of numbers joined by - or , (512-256-64), or a word. */
export function parseAssignment(text: string): Assignment {
  const equals = text.indexOf('=')
  const path = text.slice(0, Math.max(equals, 0)).split('.')
  if (equals < 1 || path.some((key) => key === '' || key === '__proto__'))
    throw new AssignmentError(text, `'${text}' is not an assignment: write path=value, e.g. dimension=32.`)
  return { path, value: parseValue(text.slice(equals + 1)) }
}

function parseValue(text: string): unknown {
  if (/^\d+([-,]\d+)+$/.test(text)) return text.split(/[-,]/).map(Number)
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** A copy of `settings` with the value at the path. Missing objects on the path are created. */
export function assign(settings: PlainObject, { path, value }: Assignment): PlainObject {
  const [first, ...rest] = path
  if (first === undefined) return settings
  if (rest.length === 0) return { ...settings, [first]: value }
  const inner = Object.hasOwn(settings, first) ? settings[first] : {}
  if (!isPlainObject(inner))
    throw new AssignmentError(path.join('.'), `'${first}' has no fields: set it as a whole.`)
  return { ...settings, [first]: assign(inner, { path: rest, value }) }
}

/** The value at a path, or undefined where there is none. */
export function settingAt(settings: object, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined,
    settings,
  )
}
