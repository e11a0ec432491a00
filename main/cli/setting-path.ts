import { UsageError } from './command.ts'

type Tree = { [key: string]: unknown }

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A copy of `settings` with the value at a path replaced. Throws UsageError for an unknown path. */
export function assignSetting<Settings extends object>(
  settings: Settings,
  path: readonly string[],
  value: unknown,
): Settings {
  const copy = structuredClone(settings)
  const keys = path.slice(0, -1)
  const last = path.at(-1) ?? ''
  let place: unknown = copy
  for (const key of keys) place = isTree(place) && Object.hasOwn(place, key) ? place[key] : undefined
  if (!isTree(place) || !Object.hasOwn(place, last)) {
    const known = isTree(place) ? Object.keys(place) : Object.keys(settings)
    throw new UsageError(
      `There is no setting ${path.join('.')}; there are ${known.join(', ')}.`,
      path.join('.'),
    )
  }
  place[last] = value
  return copy
}

/** Merges `changes` into `settings`, object by object and key by key. */
export function mergeSettings<Settings extends object>(
  settings: Settings,
  changes: Tree,
  prefix: readonly string[] = [],
): Settings {
  let merged = settings
  for (const [key, value] of Object.entries(changes)) {
    const path = [...prefix, key]
    const nested = isTree(value) && isTree(valueAt(merged, path))
    merged = nested ? mergeSettings(merged, value, path) : assignSetting(merged, path, value)
  }
  return merged
}

const valueAt = (settings: object, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (place, key) => (isTree(place) && Object.hasOwn(place, key) ? place[key] : undefined),
    settings,
  )
