import type { RunSummary } from '../../main/contract/runs.ts'

/** A row of the table of runs; `changes` replace fields. */
export function listedRun(changes: Partial<RunSummary> = {}): RunSummary {
  return {
    id: 'r-20260101-abcd',
    name: 'first try',
    status: 'completed',
    modelName: 'DLRM',
    datasetName: 'clicks',
    createdAt: '2026-01-01T12:00:00.000Z',
    finishedAt: '2026-01-01T12:01:00.000Z',
    durationMs: 60_000,
    steps: 1000,
    samplesPerSecond: 50_000,
    parameters: 1234,
    bestMetric: 'auc',
    best: 0.7,
    last: 0.69,
    testAuc: 0.7,
    testAucUndefined: false,
    progress: null,
    tags: [],
    notes: '',
    ownedHere: false,
    error: null,
    ...changes,
  }
}
