import { foldCase, type RunCondition, type RunField } from '../../main/contract/run-query.ts'
import type { RunSummary } from '../../main/contract/runs.ts'

/** What can be asked of a run. */
export type QueryableRun = Pick<
  RunSummary,
  'id' | 'name' | 'status' | 'modelName' | 'datasetName' | 'tags' | 'notes'
>

const valuesOf: Record<RunField, (run: QueryableRun) => string[]> = {
  status: (run) => [run.status],
  dataset: (run) => [run.datasetName],
  model: (run) => [run.modelName],
  name: (run) => [run.name],
  id: (run) => [run.id],
  tag: (run) => run.tags,
  notes: (run) => [run.notes],
}

/** Whether a run fulfils a query: the plain meaning that the SQL of a query is compared with. */
export function matchesRun(condition: RunCondition, run: QueryableRun): boolean {
  switch (condition.kind) {
    case 'all':
      return condition.conditions.every((each) => matchesRun(each, run))
    case 'any':
      return condition.conditions.some((each) => matchesRun(each, run))
    case 'not':
      return !matchesRun(condition.condition, run)
    case 'contains':
      return valuesOf[condition.field](run).some((value) => foldCase(value).includes(condition.text))
    case 'equals':
      return valuesOf[condition.field](run).some((value) => foldCase(value) === condition.text)
  }
}
