import type { RunRow, StudioDatabase } from '../../db/index.ts'
import { StudioError } from '../contract/errors.ts'
import type { DatasetService } from '../datasets/dataset-service.ts'

/** Named in a refusal; a list of hundreds helps nobody. */
const NAMED = 5

export interface DatasetRemoval {
  id: string
  /** Delete it although ended runs were trained on it: they can never predict again. */
  force?: boolean
}

/**
 * Deletes a dataset. Throws InvalidState while a run trains on it, whatever `force` says, and without `force` where ended
 * runs were trained on it, with their ids in the details. NotFound where there is none.
 */
export async function removeDataset(
  { database, datasets }: { database: StudioDatabase; datasets: DatasetService },
  { id, force = false }: DatasetRemoval,
): Promise<void> {
  await datasets.remove(id, () => requireUnused(database.runs.list(), id, force))
}

function requireUnused(runs: readonly RunRow[], id: string, force: boolean): void {
  const users = runs.filter(({ datasetId }) => datasetId === id)
  const live = users.filter(({ owner }) => owner !== null)
  if (live.length > 0) {
    throw inUse(id, live, live.length === 1 ? 'trains on it: stop it first' : 'train on it: stop them first')
  }
  if (users.length === 0 || force) return
  throw inUse(
    id,
    users,
    `${users.length === 1 ? 'was' : 'were'} trained on it and could never predict again. ` +
      'Delete the runs first, or delete it anyway with --force',
  )
}

function inUse(id: string, runs: readonly RunRow[], why: string): StudioError {
  const named = runs.slice(0, NAMED).map((run) => run.id)
  const more = runs.length - named.length
  const names = `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return new StudioError(
    'InvalidState',
    `The dataset ${id} is in use: ${runs.length === 1 ? 'run' : 'runs'} ${names} ${why}.`,
    { field: 'id', details: { runs: runs.map((run) => run.id) } },
  )
}
