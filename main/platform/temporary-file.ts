/** Files that become exports once they are whole; what a killed process left of them is taken away by the next export. */
import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isClaimAlive, newClaimName, parseClaim } from './claim-name.ts'

const ENDING = '.tmp'
/** Of the destination's name; the rest of what a file system allows is for the process. */
const NAME_CHARACTERS = 40

/** A new name beside the destination, which says whose process it is. */
export function temporaryName(destination: string): string {
  const name = [...basename(destination)].slice(0, NAME_CHARACTERS).join('')
  return join(dirname(destination), `${newClaimName(name)}${ENDING}`)
}

/** Removes the temporary files of dead processes in a folder. What cannot be removed stays. */
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
