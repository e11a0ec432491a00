/** Checks of what the engine and the command line need of this machine. */
import { execFile } from 'node:child_process'
import { freemem, totalmem } from 'node:os'
import { promisify } from 'node:util'
import Database from 'better-sqlite3'
import { nativeAddon } from '../../native/index.ts'
import { toErrorData } from '../contract/errors.ts'
import type { DoctorCheck } from '../contract/workspace.ts'
import { installation, rebuildRemedy } from '../platform/installation.ts'
import { freeBytes } from '../platform/disk-space.ts'
import {
  chooseMpi,
  findMpi,
  installCommand as mpiInstallCommand,
  isUsable,
  MPI_VARIABLE,
  thenBuild,
} from '../distributed/mpi.ts'
import { requireBinding } from '../training/backends/tensorflow/runtime/binding.ts'
import { findGpus } from '../training/backends/tensorflow/runtime/gpus.ts'
import {
  INSTALL_COMMAND,
  installCommand,
  requireRuntime,
} from '../training/backends/tensorflow/runtime/installed.ts'
import { chosenFolder } from '../training/backends/tensorflow/runtime/own-folder.ts'
import { tryTensorFlow } from '../training/backends/tensorflow/try-tensorflow.ts'

export const run = promisify(execFile)

/** Decimal gigabytes, as everywhere in the window. */
const GB = 1e9
const gb = (bytes: number): string => `${(bytes / GB).toFixed(1)} GB`

const NEEDED_NODE_MAJOR = 24
const MIN_DISK_BYTES = 2 * GB
const MIN_MEMORY_BYTES = 2 * GB

export function checkNode(): DoctorCheck {
  const ok = Number(process.versions.node.split('.')[0]) >= NEEDED_NODE_MAJOR
  return {
    name: 'Node',
    ok,
    found: `${process.versions.node} (${process.platform}-${process.arch})`,
    remedy: ok ? null : '`npm ci --include=optional`, which installs Node 24, or install it from nodejs.org',
  }
}

export function checkAddon(): DoctorCheck {
  const name = 'Native engine'
  try {
    const { instructionSets, cores, model } = nativeAddon().cpuInfo()
    return { name, ok: true, found: `${instructionSets.join(', ')} on ${cores} × ${model}`, remedy: null }
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error)
    return { name, ok: false, found, remedy: rebuildRemedy }
  }
}

export function checkSqlite(): DoctorCheck {
  try {
    const database = new Database(':memory:')
    const version = String(database.prepare('SELECT sqlite_version()').pluck().get())
    database.close()
    return { name: 'SQLite', ok: true, found: version, remedy: null }
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error)
    return { name: 'SQLite', ok: false, found, remedy: installation ? rebuildRemedy : '`npm ci`' }
  }
}

export function checkDisk(workspace: string): DoctorCheck {
  const free = freeBytes(workspace) ?? 0
  const ok = free >= MIN_DISK_BYTES
  return {
    name: 'Disk space',
    ok,
    found: `${gb(free)} free in ${workspace}`,
    remedy: ok ? null : 'Free some space, or choose another folder with --workspace',
  }
}

export function checkMemory(): DoctorCheck {
  const ok = totalmem() >= MIN_MEMORY_BYTES
  return {
    name: 'Memory',
    ok,
    found: `${gb(totalmem())}, ${gb(freemem())} free`,
    remedy: ok ? null : 'Use small batches and tables; 2 GB or more is recommended',
  }
}

/**
 * TensorFlow is optional, so its absence is no problem. If it is set up it is loaded, to find out whether that works.
 */
export async function checkTensorFlow(): Promise<DoctorCheck> {
  const name = 'TensorFlow'
  try {
    const { folder } = requireRuntime()
    requireBinding()
    const { version, device } = await tryTensorFlow()
    return { name, ok: true, found: `${version} on the ${device}, in ${folder}`, remedy: null }
  } catch (error) {
    const { code, message } = toErrorData(error)
    if (code === 'NotFound' && !chosenFolder()) {
      return { name, ok: true, found: `not set up (optional: \`${INSTALL_COMMAND}\`)`, remedy: null }
    }
    return { name, ok: false, found: message, remedy: `\`${INSTALL_COMMAND}\`` }
  }
}

/** A GPU is optional, because the native backend computes on the CPU. null if there is none. */
export async function checkGpu(): Promise<DoctorCheck | null> {
  const gpus = await findGpus()
  if (gpus.length === 0) return null
  const found = gpus.map(({ name, driver, memoryBytes }) => `${name}, ${gb(memoryBytes)}, driver ${driver}`)
  const problem = gpus.find(({ driverProblem }) => driverProblem !== null)?.driverProblem ?? null
  const usable = problem === null && hasRuntimeForGpu()
  const use = usable || problem !== null ? '' : ` (not used: \`${installCommand('gpu')}\`)`
  return { name: 'GPU', ok: problem === null, found: `${found.join('; ')}${use}`, remedy: problem }
}

function hasRuntimeForGpu(): boolean {
  try {
    return requireRuntime('gpu').folder !== ''
  } catch {
    return false
  }
}

/** MPI is optional: only runs with ranks need it. */
export async function checkMpi(): Promise<DoctorCheck> {
  const name = 'MPI'
  const installed = await findMpi()
  const present = installed.filter((mpi) => mpi.launcher !== null)
  if (present.length === 0 && !process.env[MPI_VARIABLE]) {
    const commands = installed.map((mpi) => `\`${mpiInstallCommand(mpi)}\``).join(' or ')
    return {
      name,
      ok: true,
      found: `not installed (optional: ${commands}${thenBuild(installed)})`,
      remedy: null,
    }
  }
  const found = present
    .map((mpi) => `${mpi.title} ${mpi.launcher?.version}${isUsable(mpi) ? '' : ' (not usable)'}`)
    .join(', ')
  try {
    chooseMpi(installed)
    return { name, ok: true, found, remedy: null }
  } catch (error) {
    return { name, ok: false, found: found || 'not installed', remedy: toErrorData(error).message }
  }
}

/** The compiler is needed to build the native engine, but not to use it: null where the app is installed. */
export async function checkCargo(): Promise<DoctorCheck | null> {
  if (installation) return null
  const name = 'Rust compiler'
  try {
    const { stdout } = await run('cargo', ['--version'])
    return { name, ok: true, found: stdout.trim(), remedy: null }
  } catch {
    const remedy = 'Install Rust from rustup.rs (needed when the native engine is compiled)'
    return { name, ok: false, found: 'not found', remedy }
  }
}
