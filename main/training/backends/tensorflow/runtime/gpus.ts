/** The NVIDIA GPUs of this machine, as the driver's nvidia-smi lists them. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Gpu } from '../../../../contract/backends.ts'

const TIMEOUT_MS = 10_000
const MIB = 1024 ** 2
/** The minimum for CUDA 12, which older drivers cannot run. */
export const MIN_DRIVER = '525.60.13'

export interface GpuUse {
  /** The share of the time in which it computed, 0 to 1. */
  busy: number
  usedBytes: number
}

/** Empty if there is no GPU or no driver. */
export async function findGpus(): Promise<Gpu[]> {
  const rows = await query(['name', 'driver_version', 'memory.total'])
  return rows.flatMap(([name, driver, memory]) =>
    name && driver && Number.isFinite(Number(memory))
      ? [{ name, driver, memoryBytes: Number(memory) * MIB, driverProblem: driverProblem(driver) }]
      : [],
  )
}

/** The use of the first GPU, on which TensorFlow computes; null if it is not known. */
export async function gpuUse(): Promise<GpuUse | null> {
  const [first] = await query(['utilization.gpu', 'memory.used'])
  const [busy = NaN, used = NaN] = (first ?? []).map(Number)
  return Number.isFinite(busy) && Number.isFinite(used) ? { busy: busy / 100, usedBytes: used * MIB } : null
}

/** What is wrong with a driver and what to do, or null if it is new enough. */
export function driverProblem(driver: string): string | null {
  const numbers = (version: string) => version.split('.').map(Number)
  const found = numbers(driver)
  for (const [at, needed] of numbers(MIN_DRIVER).entries()) {
    const number = found[at] ?? 0
    if (number > needed) return null
    if (number < needed || Number.isNaN(number))
      return `The NVIDIA driver is ${driver}: install ${MIN_DRIVER} or newer.`
  }
  return null
}

/** The values of each GPU. */
async function query(fields: string[]): Promise<string[][]> {
  try {
    const { stdout } = await promisify(execFile)(
      'nvidia-smi',
      [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits'],
      { timeout: TIMEOUT_MS },
    )
    const lines = stdout.split('\n').filter((line) => line.trim() !== '')
    return lines.map((line) => line.split(',').map((value) => value.trim()))
  } catch {
    return []
  }
}
