import type { DoctorCheck } from '../contract/workspace.ts'
import {
  checkAddon,
  checkCargo,
  checkDisk,
  checkGpu,
  checkMemory,
  checkMpi,
  checkNode,
  checkSqlite,
  checkTensorFlow,
} from './doctor-checks.ts'
import { checkDisplay, checkElectron, checkWindowLibraries } from './doctor-window-checks.ts'

/** What this machine has and what is missing, with the remedy. Changes and downloads nothing. */
export async function runDoctor(workspace: string): Promise<DoctorCheck[]> {
  const [electron, libraries, cargo, gpu, tensorflow, mpi] = await Promise.all([
    checkElectron(),
    checkWindowLibraries(),
    checkCargo(),
    checkGpu(),
    checkTensorFlow(),
    checkMpi(),
  ])
  const engine = [checkNode(), checkAddon(), checkSqlite(), cargo, tensorflow, gpu, mpi]
  const window = [electron, libraries, checkDisplay()]
  return [...engine, ...window, checkMemory(), checkDisk(workspace)].filter((check) => check !== null)
}
