/** The location of TensorFlow: the user's data folder, or a folder of their own that they chose instead. */
import { statSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { StudioError, toErrorData } from '../../../../contract/errors.ts'
import { readRegularFileSync } from '../../../../platform/regular-file.ts'
import { writeDurably } from '../../../../platform/durable-file.ts'
import { sharedDataFolder } from '../../../../platform/user-folders.ts'
import { TENSORFLOW_LIBRARIES, TENSORFLOW_VERSION } from './pinned.ts'

const MAX_CHOICE_BYTES = 64 * 1024
const choice = z.object({ folder: z.string().min(1) })

/** The folder in which runtimes are installed, for all workspaces of this user. */
export function runtimesFolder(): string {
  return join(sharedDataFolder(), 'tensorflow')
}

const choiceFile = (): string => join(runtimesFolder(), 'own.json')

/**
 * The chosen folder and the setting that chose it, or null if there is none. Throws Io if that cannot be read at the
 * moment.
 */
export function chosenFolder(): {
  folder: string
  by: 'DLRM_STUDIO_TENSORFLOW' | 'Settings › Backends'
} | null {
  const named = process.env.DLRM_STUDIO_TENSORFLOW
  if (named) return { folder: named, by: 'DLRM_STUDIO_TENSORFLOW' }
  try {
    const { folder } = choice.parse(
      JSON.parse(readRegularFileSync(choiceFile(), MAX_CHOICE_BYTES).toString('utf8')),
    )
    return { folder, by: 'Settings › Backends' }
  } catch (error) {
    // A choice that cannot be read at the moment must not be ignored. A file with other content is not a choice.
    if (toErrorData(error).code === 'Io') throw error
    return null
  }
}

/**
 * Uses the libraries in a folder from now on, or the installed ones with null. Throws NotFound if they are not in it.
 */
export async function chooseFolder(folder: string | null): Promise<void> {
  if (folder === null) return rm(choiceFile(), { force: true })
  requireLibraries(folder, 'The folder')
  await mkdir(runtimesFolder(), { recursive: true })
  await writeDurably(choiceFile(), JSON.stringify({ folder }))
}

/** Throws NotFound, naming what is missing, if a folder does not contain TensorFlow's libraries. */
export function requireLibraries(folder: string, what: string): void {
  const missing = TENSORFLOW_LIBRARIES.find(
    (name) => !statSync(join(folder, name), { throwIfNoEntry: false }),
  )
  if (missing === undefined) return
  throw new StudioError(
    'NotFound',
    `${what} is ${folder}, but ${missing} is not in it: choose the folder of TensorFlow ${TENSORFLOW_VERSION}'s ` +
      'libraries (python3 -c "import tensorflow as t; print(t.__path__[0])").',
    { file: folder },
  )
}
