import type { RunSummary } from '../../../main/contract/runs.ts'

export type ColumnKey =
  'name' | 'status' | 'model' | 'dataset' | 'best' | 'last' | 'testAuc' | 'duration' | 'created'

export interface RunColumn {
  key: ColumnKey
  title: string
  /** Numbers are aligned to the right, and sorted from the largest on at first. */
  numeric: boolean
  hint?: string
  /** null sorts last in both directions. */
  value: (run: RunSummary) => string | number | null
}

/** Small letters, and numbers in names as long as one another: run 9 before run 10. */
const natural = (value: string) => value.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, '0'))

const text = (key: ColumnKey, title: string, value: (run: RunSummary) => string): RunColumn => ({
  key,
  title,
  numeric: false,
  value: (run) => natural(value(run)),
})

export const runColumns: readonly RunColumn[] = [
  text('name', 'Run', (run) => run.name),
  text('status', 'Status', (run) => run.status),
  text('model', 'Model', (run) => run.modelName),
  text('dataset', 'Dataset', (run) => run.datasetName),
  {
    key: 'best',
    title: 'Best',
    numeric: true,
    hint: 'Best validation value of the run’s metric (AUC unless chosen otherwise)',
    value: (run) => run.best,
  },
  {
    key: 'last',
    title: 'Last',
    numeric: true,
    hint: 'Value of the same metric after the last epoch',
    value: (run) => run.last,
  },
  {
    key: 'testAuc',
    title: 'Test AUC',
    numeric: true,
    hint: 'At the best epoch',
    value: (run) => run.testAuc,
  },
  { key: 'duration', title: 'Duration', numeric: true, value: (run) => run.durationMs },
  { key: 'created', title: 'Created', numeric: true, value: (run) => run.createdAt },
]
