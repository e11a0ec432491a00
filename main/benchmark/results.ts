/** Stored benchmark results, which can be listed, deleted, exported for other machines and imported. */
import type { StudioDatabase, StudioReader } from '../../db/index.ts'
import {
  BENCHMARK_FILE_FORMAT,
  benchmarkFile,
  benchmarkSummary,
  type BenchmarkFile,
  type BenchmarkReport,
  type BenchmarkResult,
  type BenchmarkSummary,
} from '../contract/benchmarks.ts'
import { readJsonFile } from '../datasets/read-input-file.ts'
import { writeFileSafely } from '../platform/write-file.ts'
import { currentMachine } from '../training/environment.ts'

const summaryOf = benchmarkSummary.shape.report

/** Stores what this machine has just measured. */
export function saveBenchmark(
  database: StudioDatabase,
  report: BenchmarkReport,
  origin: 'window' | 'cli',
): BenchmarkResult {
  return database.benchmarks.add({
    createdAt: new Date().toISOString(),
    origin,
    machine: currentMachine(),
    report,
  })
}

/** The newest one comes first. */
export function listBenchmarks(database: StudioReader): BenchmarkSummary[] {
  return database.benchmarks.list().map(listedBenchmark)
}

/** A result as lists show it. */
export function listedBenchmark(result: BenchmarkResult): BenchmarkSummary {
  return { ...result, report: summaryOf.parse(result.report) }
}

/** Results in the order of the ids. Throws NotFound. */
export function showBenchmarks(database: StudioReader, ids: readonly string[]): BenchmarkResult[] {
  return ids.map((id) => database.benchmarks.get(id))
}

/** Writes results to a file that another workspace can import. Throws NotFound, Io or DiskFull. */
export async function exportBenchmarks(
  database: StudioReader,
  ids: readonly string[],
  out: string,
): Promise<{ path: string; bytes: number }> {
  const results = showBenchmarks(database, ids).map(({ createdAt, machine, report }) => ({
    createdAt,
    machine,
    report,
  }))
  const file: BenchmarkFile = { format: BENCHMARK_FILE_FORMAT, version: 1, results }
  return writeFileSafely(out, ({ text }) => text(`${JSON.stringify(file, null, 2)}\n`))
}

/**
 * Imports the results of a file, all or none, except for those that are already stored. Throws NotFound, TooLarge or Io
 * for a file that cannot be read, and InvalidArgument with the path of the wrong value in it.
 */
export async function importBenchmarks(
  database: StudioDatabase,
  path: string,
): Promise<{ added: string[]; known: number }> {
  const { results } = await readJsonFile(path, benchmarkFile)
  return database.transaction(() => {
    const added: string[] = []
    for (const result of results) {
      const benchmark = { ...result, origin: 'imported' } as const
      if (!database.benchmarks.has(benchmark)) added.push(database.benchmarks.add(benchmark).id)
    }
    return { added, known: results.length - added.length }
  })
}

/** Deletes all of them, or none. Throws NotFound. */
export function removeBenchmarks(database: StudioDatabase, ids: readonly string[]): void {
  database.transaction(() => ids.forEach((id) => database.benchmarks.remove(id)))
}
