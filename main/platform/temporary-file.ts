/**
 * Temporary files that become exports when they are complete. The next export removes what a killed process left of
 * them.
 */
import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isClaimAlive, newClaimName, parseClaim } from './claim-name.ts'

const ENDING = '.tmp'
/** The part of the destination's name that is used; the rest of what a file system allows is for the process. */
const NAME_CHARACTERS = 40

/** A new name beside the destination, which says to which process it belongs. */
export function temporaryName(destination: string): string {
  const name = [...basename(destination)].slice(0, NAME_CHARACTERS).join('')
  return join(dirname(destination), `${newClaimName(name)}${ENDING}`)
}

/** Removes the temporary files of dead processes in a folder. Files that cannot be removed stay. */
export async function sweepTemporaryFiles(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith(ENDING)) continue
    const claim = parseClaim(entry.name.slice(0, -ENDING.length))
    if (claim && !isClaimAlive(claim)) {
      await rm(join(folder, entry.name), { force: true }).catch(() => undefined)
    }
  }
}
