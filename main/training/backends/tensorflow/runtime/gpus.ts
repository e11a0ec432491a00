/** The NVIDIA GPUs of this machine, as its driver's own tool tells of them. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Gpu } from '../../../../contract/backends.ts'

const PATIENCE_MS = 10_000
const MIB = 1024 ** 2
/** Of CUDA 12: what is older cannot run it. */
export const SMALLEST_DRIVER = '525.60.13'

export interface GpuUse {
  /** Share of the time in which it computed, 0 to 1. */
  busy: number
  usedBytes: number
}

/** Empty where there is none, or no driver. */
export async function findGpus(): Promise<Gpu[]> {
  const rows = await query(['name', 'driver_version', 'memory.total'])
  return rows.flatMap(([name, driver, memory]) =>
    name && driver && Number.isFinite(Number(memory))
      ? [{ name, driver, memoryBytes: Number(memory) * MIB, driverProblem: driverProblem(driver) }]
      : [],
  )
}

/** Of the first GPU, which is the one TensorFlow computes on; null where it cannot be told. */
export async function gpuUse(): Promise<GpuUse | null> {
  const [first] = await query(['utilization.gpu', 'memory.used'])
  const [busy = NaN, used = NaN] = (first ?? []).map(Number)
  return Number.isFinite(busy) && Number.isFinite(used) ? { busy: busy / 100, usedBytes: used * MIB } : null
}

/** What is wrong with a driver, and what to do; null where it is new enough. */
export function driverProblem(driver: string): string | null {
  const parts = (version: string) => version.split('.').map(Number)
  const found = parts(driver)
  for (const [at, needed] of parts(SMALLEST_DRIVER).entries()) {
    const part = found[at] ?? 0
    if (part > needed) return null
    if (part < needed || Number.isNaN(part))
      return `The NVIDIA driver is ${driver}: install ${SMALLEST_DRIVER} or newer.`
  }
  return null
}

/** The values of each GPU. */
async function query(fields: string[]): Promise<string[][]> {
  try {
    const { stdout } = await promisify(execFile)(
      'nvidia-smi',
      [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits'],
      { timeout: PATIENCE_MS },
    )
    const lines = stdout.split('\n').filter((line) => line.trim() !== '')
    return lines.map((line) => line.split(',').map((value) => value.trim()))
  } catch {
    return []
  }
}
