/** How this app is there: as a checkout of the project, or installed from a package. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

/** What `npm run dist` writes into the package.json of an installed engine. */
const installedPackage = z.object({
  version: z.string(),
  installed: z.object({ executable: z.string(), commandLine: z.string() }),
})

export interface Installation {
  /** The path of the window's program. */
  executable: string
  /** The name of the command line's program. */
  commandLine: string
  version: string
}

/** The folder with package.json, above the bundle or the source file. */
export function appFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}

/** The installation that the engine in a folder is part of; null for a checkout. */
export function installationOf(folder: string): Installation | null {
  const found = installedPackage.safeParse(readPackage(folder))
  if (!found.success) return null
  const { version, installed } = found.data
  const { executable, commandLine } = installed
  return { executable: join(folder, executable), commandLine, version }
}

function readPackage(folder: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  } catch {
    return null
  }
}

export const installation: Installation | null = installationOf(appFolder())

/** What a person types to run these words on the command line, such as `runs list`. */
export const commandFor = (words: string): string =>
  installation ? `${installation.commandLine} ${words}` : `npm run -s cli -- ${words}`

/** What a person does if something that belongs to the app is missing. */
export const rebuildRemedy = installation ? 'install DLRM Studio again' : 'run `npm run build`'
