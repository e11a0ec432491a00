import type { DoctorCheck } from '../contract/requests.ts'
import {
  checkAddon,
  checkCargo,
  checkDisk,
  checkMemory,
  checkNode,
  checkSqlite,
  checkTensorFlow,
} from './doctor-checks.ts'
import { checkDisplay, checkElectron, checkWindowLibraries } from './doctor-window-checks.ts'

/** What this machine has and what is missing, with the remedy. Looks only; changes and fetches nothing. */
export async function runDoctor(workspace: string): Promise<DoctorCheck[]> {
  const [electron, libraries, cargo, disk] = await Promise.all([
    checkElectron(),
    checkWindowLibraries(),
    checkCargo(),
    checkDisk(workspace),
  ])
  const engine = [checkNode(), checkAddon(), checkSqlite(), cargo, checkTensorFlow()]
  const window = [electron, libraries, checkDisplay()].filter((check) => check !== null)
  return [...engine, ...window, checkMemory(), disk]
}
