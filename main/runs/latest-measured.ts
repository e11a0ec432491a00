/** The newest run that trained a model and counted where its time went. */
import type { StudioReader } from '../../db/index.ts'
import type { MeasuredRun } from '../contract/calibration.ts'
import type { ModelDocument } from '../model/document.ts'

/** Runs that are looked at: comparing thousands of documents would take too long for an answer. */
const MOST_RUNS = 200

/** What decides a model's work: not its name, its labels, or where its nodes are drawn. */
function essence({ nodes }: ModelDocument): string {
  return JSON.stringify(nodes.map((node) => ({ ...node, label: undefined, position: undefined })))
}

/** null where there is none among the newest runs. */
export function latestMeasured(
  database: StudioReader,
  document: ModelDocument,
  datasetId: string,
): MeasuredRun | null {
  const wanted = essence(document)
  for (const row of database.runs.page(null, MOST_RUNS)) {
    if (row.datasetId !== datasetId) continue
    const run = database.runs.get(row.id)
    if (essence(run.model) !== wanted) continue
    const profile = database.profiles.get(row.id)
    if (profile) return { id: run.id, name: run.name, config: run.config, profile }
  }
  return null
}
