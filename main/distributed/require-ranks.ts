/** Checks the settings of an MPI job before a run is stored. */
import { StudioError } from '../contract/errors.ts'
import type { TrainingConfig } from '../contract/training.ts'
import { chooseMpi, findMpi } from './mpi.ts'

/**
 * Does nothing for a run without ranks. Otherwise throws Unsupported if the backend cannot train in an MPI job, and
 * NotFound with the remedy if no MPI is usable.
 */
export async function requireRanks({ ranks, backend }: TrainingConfig): Promise<void> {
  if (ranks === null) return
  if (backend !== 'native') {
    throw new StudioError(
      'Unsupported',
      `The backend ${backend} does not train in an MPI job: use the backend native, or leave the ranks out.`,
      { field: 'config.ranks' },
    )
  }
  chooseMpi(await findMpi())
}
