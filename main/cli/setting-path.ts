import { assign, settingAt } from '../model/assign-setting.ts'
import { isPlainObject, type PlainObject } from '../model/plain-object.ts'
import { UsageError } from './command.ts'

/** A copy of `settings` with the value at a path replaced. Throws UsageError for an unknown path. */
export function assignSetting<Settings extends object>(
  settings: Settings,
  path: readonly string[],
  value: unknown,
): Settings {
  const parent = settingAt(settings, path.slice(0, -1))
  if (!isPlainObject(parent) || !Object.hasOwn(parent, path.at(-1) ?? '')) {
    const known = Object.keys(isPlainObject(parent) ? parent : settings)
    throw new UsageError(
      `There is no setting ${path.join('.')}; there are ${known.join(', ')}.`,
      path.join('.'),
    )
  }
  return assign(settings as PlainObject, { path: [...path], value }) as Settings
}

/** Merges `changes` into `settings`, object by object and key by key. */
export function mergeSettings<Settings extends object>(
  settings: Settings,
  changes: PlainObject,
  prefix: readonly string[] = [],
): Settings {
  let merged = settings
  for (const [key, value] of Object.entries(changes)) {
    const path = [...prefix, key]
    const nested = isPlainObject(value) && isPlainObject(settingAt(merged, path))
    merged = nested ? mergeSettings(merged, value, path) : assignSetting(merged, path, value)
  }
  return merged
}
