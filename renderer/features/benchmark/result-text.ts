/** A benchmark's result in a few words. */
import type { BenchmarkPresetName, BenchmarkSummary } from '../../../main/contract/benchmarks.ts'
import { formatExact } from '../../platform/units.ts'

/** 2.34 ms, 31.2 ms, 187 ms: three digits, for ratios are read off them. */
export function formatMilliseconds(ms: number): string {
  return `${ms >= 1000 ? formatExact(ms) : ms.toPrecision(3)} ms`
}

export function formatRate(value: number, unit: 'GFLOP/s' | 'GB/s'): string {
  return value === 0 ? '–' : `${value >= 100 ? Math.round(value) : value.toPrecision(2)} ${unit}`
}

const threads = (count: number) => (count === 1 ? '1 thread' : `${count} threads`)

/** What was run. */
export function resultTitle({ report }: Pick<BenchmarkSummary, 'report'>): string {
  return `${report.preset}, batch ${formatExact(report.batchSize)}`
}

/** How and where. */
export function resultPlace({ report, machine }: Pick<BenchmarkSummary, 'report' | 'machine'>): string {
  return `${backendText(report)}, ${report.precision}, ${threads(report.threads)}, ${machine.cpu}`
}

export const backendNames: Record<BenchmarkSummary['report']['backend'], string> = {
  native: 'Native',
  tensorflow: 'TensorFlow',
}

/** What computed, and on what where that is not the CPU. */
export function backendText({ backend, device }: BenchmarkSummary['report']): string {
  return device === 'GPU' ? `${backendNames[backend]}, GPU` : backendNames[backend]
}

export const presetTitles: Record<BenchmarkPresetName, string> = {
  kaggle: 'kaggle: the Criteo Kaggle shape',
  'paper-profile': 'paper-profile: the one the paper profiles',
  'small-memory': 'small-memory: tables in the caches',
  dcnv2: 'dcnv2: cross layers',
}
