import type { RunSort } from '../../../main/contract/run-list.ts'
import type { RunSummary } from '../../../main/contract/runs.ts'

export type ColumnKey = RunSort['column']

export interface RunColumn {
  key: ColumnKey
  title: string
  /** Numbers are aligned to the right. The first click on their heading puts the largest one first. */
  numeric: boolean
  hint?: string
  field: keyof RunSummary
}

const text = (key: ColumnKey, title: string, field: keyof RunSummary): RunColumn => ({
  key,
  title,
  numeric: false,
  field,
})

export const runColumns: readonly RunColumn[] = [
  text('name', 'Run', 'name'),
  text('status', 'Status', 'status'),
  text('model', 'Model', 'modelName'),
  text('dataset', 'Dataset', 'datasetName'),
  {
    key: 'best',
    title: 'Best',
    numeric: true,
    hint: 'Best validation value of the run’s metric (AUC unless chosen otherwise)',
    field: 'best',
  },
  {
    key: 'last',
    title: 'Last',
    numeric: true,
    hint: 'Value of the same metric after the last epoch',
    field: 'last',
  },
  {
    key: 'testAuc',
    title: 'Test AUC',
    numeric: true,
    hint: 'At the best epoch',
    field: 'testAuc',
  },
  { key: 'duration', title: 'Duration', numeric: true, field: 'durationMs' },
  { key: 'created', title: 'Created', numeric: true, field: 'createdAt' },
]

/** Returns the field of a run by which the engine sorts a column. */
export function sortField(column: ColumnKey): keyof RunSummary {
  return runColumns.find(({ key }) => key === column)!.field
}
