import type { DoctorCheck } from '../contract/requests.ts'
import { checkAddon, checkCargo, checkDisk, checkMemory, checkNode, checkSqlite } from './doctor-checks.ts'
import { checkDisplay, checkElectron, checkWindowLibraries } from './doctor-window-checks.ts'

/** What this machine has and what is missing, with the remedy. Looks only; changes and fetches nothing. */
export async function runDoctor(workspace: string): Promise<DoctorCheck[]> {
  const checks = await Promise.all([
    checkNode(),
    checkAddon(),
    checkSqlite(),
    checkElectron(),
    checkWindowLibraries(),
    checkDisplay(),
    checkCargo(),
    checkMemory(),
    checkDisk(workspace),
  ])
  return checks.filter((check) => check !== null)
}
