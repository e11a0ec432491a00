/** Describes a benchmark's result in a few words. */
import type { BenchmarkPresetName, BenchmarkSummary } from '../../../main/contract/benchmarks.ts'
import { formatExact } from '../../platform/units.ts'

/** Writes three digits, because users read ratios off them: 2.34 ms, 31.2 ms, 187 ms. */
export function formatMilliseconds(ms: number): string {
  return `${ms >= 1000 ? formatExact(ms) : ms.toPrecision(3)} ms`
}

export function formatRate(value: number, unit: 'GFLOP/s' | 'GB/s'): string {
  return value === 0 ? '–' : `${value >= 100 ? Math.round(value) : value.toPrecision(2)} ${unit}`
}

/** Says how many threads there are, and of how many ranks. */
function threads({ threads: count, job }: BenchmarkSummary['report']): string {
  const each = count === 1 ? '1 thread' : `${count} threads`
  return job ? `${job.ranks === 1 ? '1 rank' : `${job.ranks} ranks`} of ${each}` : each
}

/** Says what was run. */
export function resultTitle({ report }: Pick<BenchmarkSummary, 'report'>): string {
  return `${report.preset}, batch ${formatExact(report.batchSize)}`
}

/** Says with which settings and on which machine it was run. */
export function resultEnvironment({ report, machine }: Pick<BenchmarkSummary, 'report' | 'machine'>): string {
  return `${backendText(report)}, ${report.precision}, ${threads(report)}, ${machine.cpu}`
}

export const backendNames: Record<BenchmarkSummary['report']['backend'], string> = {
  native: 'Native',
  tensorflow: 'TensorFlow',
}

/** Names the backend, and the device if it is not the CPU. */
export function backendText({ backend, device }: BenchmarkSummary['report']): string {
  return device === 'GPU' ? `${backendNames[backend]}, GPU` : backendNames[backend]
}

export const presetTitles: Record<BenchmarkPresetName, string> = {
  kaggle: 'kaggle: the Criteo Kaggle shape',
  'paper-profile': 'paper-profile: the one the paper profiles',
  'small-memory': 'small-memory: tables in the caches',
  dcnv2: 'dcnv2: cross layers',
}
