import type { StudioDatabase, StudioReader } from '../../db/index.ts'
import { StudioError } from '../contract/errors.ts'
import type { DatasetService } from '../datasets/dataset-service.ts'

/** The number of runs that a refusal names, because a list of hundreds helps nobody. */
const NAMED = 5
/** The number of runs in the details of a refusal. */
const MAX_DETAILED = 1000

export interface DatasetRemoval {
  id: string
  /** Whether to delete it although ended runs were trained on it, which cannot predict without it. */
  force?: boolean
}

/**
 * Moves a dataset to the trash and returns its id there. Throws ReadOnly if a newer release has written the database, whose
 * runs may use it, InvalidState while a run trains on it, whatever `force` is, and without `force` if ended
 * runs were trained on it, with their ids in the details. Throws NotFound if there is none.
 */
export async function removeDataset(
  { database, datasets }: { database: StudioDatabase; datasets: DatasetService },
  { id, force = false }: DatasetRemoval,
): Promise<string> {
  if (database.readOnly && database.readOnly.data.code !== 'DiskFull') throw database.readOnly
  return datasets.remove(id, () => requireUnused(database, id, force))
}

function requireUnused({ runList }: StudioReader, id: string, force: boolean): void {
  const live = runList.live().filter(({ datasetId }) => datasetId === id)
  if (live.length > 0) {
    const why = live.length === 1 ? 'trains on it: stop it first' : 'train on it: stop them first'
    throw inUse(id, live, live.length, why)
  }
  const { runs } = runList.countOfDataset(id)
  if (runs === 0 || force) return
  throw inUse(
    id,
    runList.ofDataset(id, MAX_DETAILED),
    runs,
    `${runs === 1 ? 'was' : 'were'} trained on it and cannot predict without it. ` +
      'Delete the runs first, or move it to the trash anyway with --force',
  )
}

function inUse(id: string, runs: readonly { id: string }[], count: number, why: string): StudioError {
  const named = runs.slice(0, NAMED).map((run) => run.id)
  const more = count - named.length
  const names = `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return new StudioError(
    'InvalidState',
    `The dataset ${id} is in use: ${count === 1 ? 'run' : 'runs'} ${names} ${why}.`,
    { field: 'id', details: { runs: runs.map((run) => run.id) } },
  )
}
