import { z } from 'zod'
import {
  benchmarkOptions,
  benchmarkProgress,
  benchmarkRequest,
  benchmarkResult,
  benchmarkShape,
  benchmarkSummary,
  MAX_SHOWN_BENCHMARKS,
  memoryNeed,
} from '../benchmarks.ts'
import { calibration, calibrationProgress, calibrationSubject } from '../calibration.ts'
import { fileHandle } from '../file-handles.ts'
import { anyId, done, nothing, writtenFile } from './shared.ts'

const resultIds = z.array(anyId).min(1)

/** Requests about benchmarks and calibrations. */
export const measurementRequests = {
  'benchmarks.options': { request: nothing, response: benchmarkOptions },
  /** The memory that a benchmark needs, and the memory that is available. */
  'benchmarks.memory': { request: benchmarkShape, response: memoryNeed },
  /** Starts a benchmark in its own process. It is refused while another one runs or if memory is short. */
  'benchmarks.start': {
    request: benchmarkRequest.extend({ trace: fileHandle('traceBenchmark').nullable() }),
    response: benchmarkProgress,
  },
  'benchmarks.cancel': { request: z.strictObject({ benchmark: z.int() }), response: done },
  /** The last benchmark of this session, and whether it is still running. */
  'benchmarks.current': { request: nothing, response: z.object({ progress: benchmarkProgress.nullable() }) },
  'benchmarks.list': { request: nothing, response: z.object({ results: z.array(benchmarkSummary) }) },
  'benchmarks.show': {
    request: z.strictObject({ ids: resultIds.max(MAX_SHOWN_BENCHMARKS) }),
    response: z.object({ results: z.array(benchmarkResult) }),
  },
  'benchmarks.delete': { request: z.strictObject({ ids: resultIds.max(1000) }), response: done },
  'benchmarks.export': {
    request: z.strictObject({ ids: resultIds.max(1000), out: fileHandle('exportBenchmarks') }),
    response: writtenFile,
  },
  /** Imports a file's results. Returns the ids of the new ones, and how many were stored already. */
  'benchmarks.import': {
    request: z.strictObject({ file: fileHandle('importBenchmarks') }),
    response: z.object({ added: z.array(z.string()), known: z.int() }),
  },
  /** The calibrations of this machine. */
  'calibrations.list': { request: nothing, response: z.object({ calibrations: z.array(calibration) }) },
  /** Measures this machine. It is refused while something else keeps the machine busy. */
  'calibrations.start': { request: calibrationSubject, response: calibrationProgress },
  'calibrations.cancel': { request: nothing, response: done },
  /** The last calibration of this session, and whether it is still running. */
  'calibrations.current': {
    request: nothing,
    response: z.object({ progress: calibrationProgress.nullable() }),
  },
} as const
