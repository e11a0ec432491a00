import type { StudioDatabase } from '../../db/index.ts'
import type { BenchmarkService } from '../benchmark/benchmark-service.ts'
import { memoryNeed } from '../benchmark/memory-need.ts'
import { benchmarkPreset } from '../benchmark/presets.ts'
import {
  exportBenchmarks,
  importBenchmarks,
  listBenchmarks,
  listedBenchmark,
  removeBenchmarks,
  showBenchmarks,
} from '../benchmark/results.ts'
import { benchmarkPresetName, benchmarkRequest } from '../contract/benchmarks.ts'
import type { EngineEvent } from '../contract/events.ts'
import { usableBackends } from '../training/backends/create-backend.ts'
import type { HandlersOf } from './handlers.ts'

export interface BenchmarkSources {
  database: StudioDatabase
  benchmarks: BenchmarkService
  emit: (event: EngineEvent) => void
}

export function benchmarkHandlers({
  database,
  benchmarks,
  emit,
}: BenchmarkSources): HandlersOf<'benchmarks'> {
  const changed = (ids: readonly string[], removed: string[]) =>
    emit({
      kind: 'changed',
      what: 'benchmarks',
      removed,
      total: database.benchmarks.count(),
      changed: ids.map((id) => listedBenchmark(database.benchmarks.get(id))),
    })
  return {
    'benchmarks.options': () => ({
      presets: benchmarkPresetName.options.map((name) => {
        const { summary, batchSize } = benchmarkPreset(name)
        return { name, summary, batchSize }
      }),
      precisions: [...benchmarkRequest.shape.precision.options],
      backends: usableBackends(),
    }),
    'benchmarks.memory': (shape) => memoryNeed(shape),
    'benchmarks.start': ({ trace, ...request }, files) =>
      benchmarks.start({ ...request, trace: trace && files.path(trace) }),
    'benchmarks.cancel': ({ benchmark }) => {
      benchmarks.cancel(benchmark)
      return {}
    },
    'benchmarks.current': () => ({ progress: benchmarks.current }),
    'benchmarks.list': () => ({ results: listBenchmarks(database) }),
    'benchmarks.show': ({ ids }) => ({ results: showBenchmarks(database, ids) }),
    'benchmarks.delete': ({ ids }) => {
      removeBenchmarks(database, ids)
      changed([], ids)
      return {}
    },
    'benchmarks.export': ({ ids, out }, files) => exportBenchmarks(database, ids, files.path(out)),
    'benchmarks.import': async ({ file }, files) => {
      const outcome = await importBenchmarks(database, files.path(file))
      if (outcome.added.length > 0) changed(outcome.added, [])
      return outcome
    },
  }
}
