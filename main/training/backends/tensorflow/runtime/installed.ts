/** Which TensorFlow libraries are there to be loaded, and where. */
import { readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { StudioError } from '../../../../contract/errors.ts'
import { LIBRARIES, TENSORFLOW_VERSION } from './pinned.ts'

/** Written last into an installation; what it says is checked before anything is loaded. */
export const RECORD_FILE = 'runtime.json'
export const runtimeRecord = z.object({
  version: z.string(),
  /** The wheel the libraries came from. */
  wheel: z.string(),
  libraries: z.array(z.object({ name: z.string(), bytes: z.int() })),
})
export type RuntimeRecord = z.infer<typeof runtimeRecord>

export interface TensorFlowRuntime {
  folder: string
  /** null where the user pointed at a folder of their own. */
  record: RuntimeRecord | null
}

export const INSTALL_COMMAND = 'npm run setup:tensorflow'

/** Where runtimes are installed, for every workspace of this user. DLRM_STUDIO_DATA overrides the folder above it. */
export function runtimesFolder(): string {
  return join(process.env.DLRM_STUDIO_DATA || join(userData(), 'dlrm-studio'), 'tensorflow')
}

export const installationFolder = (): string => join(runtimesFolder(), `${TENSORFLOW_VERSION}-cpu`)

function userData(): string {
  switch (process.platform) {
    case 'win32':
      return process.env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local')
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support')
    default:
      return process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share')
  }
}

/**
 * The runtime to use: the folder that DLRM_STUDIO_TENSORFLOW names, else the installed one. Throws NotFound where there
 * is none, Corrupt where a file of it is not what was installed; each says what to do.
 */
export function requireRuntime(): TensorFlowRuntime {
  const chosen = process.env.DLRM_STUDIO_TENSORFLOW
  if (chosen) return { folder: requireLibraries(chosen), record: null }
  const folder = installationFolder()
  const text = readIfThere(join(folder, RECORD_FILE))
  if (text === null) {
    throw new StudioError(
      'NotFound',
      `TensorFlow is not set up: run \`${INSTALL_COMMAND}\` (a download of about 275 MB), ` +
        'or set DLRM_STUDIO_TENSORFLOW to a folder with its libraries.',
      { field: 'config.backend' },
    )
  }
  const record = readRecord(text, folder)
  const wrong = record.libraries.find(({ name, bytes }) => sizeOf(join(folder, name)) !== bytes)
  if (wrong || record.version !== TENSORFLOW_VERSION) throw damaged(folder, wrong?.name ?? RECORD_FILE)
  return { folder, record }
}

function requireLibraries(folder: string): string {
  const missing = LIBRARIES.find((name) => sizeOf(join(folder, name)) === null)
  if (missing === undefined) return folder
  throw new StudioError(
    'NotFound',
    `DLRM_STUDIO_TENSORFLOW is ${folder}, but ${missing} is not in it: ` +
      `name the folder of TensorFlow ${TENSORFLOW_VERSION}'s libraries (python3 -c "import tensorflow as t; print(t.__path__[0])").`,
    { file: folder },
  )
}

function readRecord(text: string, folder: string): RuntimeRecord {
  try {
    return runtimeRecord.parse(JSON.parse(text))
  } catch {
    throw damaged(folder, RECORD_FILE)
  }
}

function damaged(folder: string, file: string): StudioError {
  return new StudioError(
    'Corrupt',
    `${file} in ${folder} is not what was installed: run \`${INSTALL_COMMAND}\` again.`,
    {
      file: join(folder, file),
    },
  )
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null
}
