/** Finds the newest run that trained a model and measured how its steps spent their time. */
import type { StudioReader } from '../../db/index.ts'
import type { MeasuredRun } from '../contract/calibration.ts'
import { toErrorData } from '../contract/errors.ts'
import type { ModelDocument } from '../model/document.ts'

/** The number of runs that are compared. Comparing thousands of documents would take too long for an answer. */
const MAX_COMPARED_RUNS = 200

/** The part of a document on which its work depends: not its name, its labels, or the positions of its nodes. */
function essence({ nodes }: ModelDocument): string {
  return JSON.stringify(nodes.map((node) => ({ ...node, label: undefined, position: undefined })))
}

/** null if there is none among the newest runs on the dataset. */
export function latestMeasured(
  database: StudioReader,
  document: ModelDocument,
  datasetId: string,
): MeasuredRun | null {
  const wanted = essence(document)
  for (const row of database.runList.ofDataset(datasetId, MAX_COMPARED_RUNS)) {
    const measured = unlessCorrupt(() => {
      const run = database.runs.get(row.id)
      if (essence(run.model) !== wanted) return null
      const profile = database.profiles.get(row.id)
      return profile && { id: run.id, name: run.name, config: run.config, profile }
    })
    if (measured) return measured
  }
  return null
}

/** A damaged run has no measurement, but an older one may have one. */
function unlessCorrupt<Result>(read: () => Result): Result | null {
  try {
    return read()
  } catch (error) {
    if (toErrorData(error).code !== 'Corrupt') throw error
    return null
  }
}
