/** The settings of a person, in one JSON file that holds only what differs from the defaults. */
import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import {
  defaultPersonSettings,
  personSettings,
  usableFields,
  type PersonSettings,
} from '../contract/settings.ts'
import { toErrorData } from '../contract/errors.ts'
import { makeFolderDurably, syncFolder, writeDurably } from './durable-file.ts'
import { fileError } from './file-errors.ts'
import { readRegularFileSync } from './regular-file.ts'
import { settingsFolder } from './user-folders.ts'

const MAX_BYTES = 64 * 1024

export const personSettingsFile = (): string => join(settingsFolder(), 'settings.json')

/** The settings, and what is wrong with the file in a sentence, or null. What cannot be used has its default. */
export function readPersonSettings(): { settings: PersonSettings; problem: string | null } {
  const file = personSettingsFile()
  const settings = { ...defaultPersonSettings }
  if (!existsSync(file)) return { settings, problem: null }
  const { stored, problem } = readStored(file)
  if (problem !== null) return { settings, problem }
  const { fields, problems } = usableFields(personSettings, stored)
  return {
    settings: { ...settings, ...fields },
    problem:
      problems.length === 0
        ? null
        : `Some settings in ${file} cannot be used, so their defaults are: ${problems.join(' ')}`,
  }
}

/**
 * Changes some settings and keeps the others, also those of a newer version. A file that is not JSON is kept beside the
 * new one as settings.damaged.json. Throws DiskFull or Io.
 */
export async function changePersonSettings(changes: Partial<PersonSettings>): Promise<void> {
  const file = personSettingsFile()
  try {
    await makeFolderDurably(settingsFolder())
    const { stored, problem } = existsSync(file) ? readStored(file) : { stored: {}, problem: null }
    if (problem !== null) await rename(file, join(settingsFolder(), 'settings.damaged.json'))
    const kept = typeof stored === 'object' && stored !== null && !Array.isArray(stored) ? stored : {}
    const changed = Object.entries({ ...kept, ...changes }).filter(
      ([name, value]) => (defaultPersonSettings as Record<string, unknown>)[name] !== value,
    )
    await writeDurably(file, `${JSON.stringify(Object.fromEntries(changed), null, 2)}\n`)
    await syncFolder(settingsFolder())
  } catch (error) {
    throw fileError(error, 'write', file)
  }
}

function readStored(file: string): { stored: unknown; problem: string | null } {
  try {
    return {
      stored: JSON.parse(readRegularFileSync(file, MAX_BYTES).toString('utf8')) as unknown,
      problem: null,
    }
  } catch (error) {
    const reason = error instanceof SyntaxError ? `${file} is not JSON.` : toErrorData(error).message
    return { stored: {}, problem: `${reason} The default settings are used until you change one.` }
  }
}
