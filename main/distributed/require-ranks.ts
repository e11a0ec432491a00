/** Checks the settings of an MPI job before a run is stored. */
import { StudioError } from '../contract/errors.ts'
import { slotsOf, type TrainingConfig } from '../contract/training.ts'
import { chooseMpi, findMpi } from './mpi.ts'

/**
 * Does nothing for a run without ranks and hosts. Otherwise throws Unsupported if the backend cannot train in an MPI job,
 * InvalidArgument if the hosts have fewer slots than there are ranks, and NotFound with the remedy if no MPI is usable.
 */
export async function requireRanks({
  ranks,
  hosts,
  backend,
}: Pick<TrainingConfig, 'ranks' | 'hosts' | 'backend'>): Promise<void> {
  if (hosts !== null && (ranks === null || ranks > slotsOf(hosts))) {
    throw new StudioError(
      'InvalidArgument',
      `The hosts have ${slotsOf(hosts)} slots for ${ranks ?? 'no'} ranks: give a number of ranks from 1 to the number of slots.`,
      { field: 'config.ranks' },
    )
  }
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
