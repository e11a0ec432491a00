/** Where a run trains: in one process, or as how many ranks on which hosts. */
import { slotsOf, type RankHost } from '../../../../main/contract/training.ts'

export interface JobPlace {
  /** null means one process without MPI. */
  ranks: number | null
  /** null means this machine. */
  hosts: readonly RankHost[] | null
}

export type PlaceKind = 'process' | 'machine' | 'hosts'

export const placeKind = ({ ranks, hosts }: JobPlace): PlaceKind =>
  ranks === null ? 'process' : hosts === null ? 'machine' : 'hosts'

/** Says what is wrong with the number of ranks, or nothing. */
export function rankProblem({ ranks, hosts }: JobPlace): string | undefined {
  const slots = hosts ? slotsOf(hosts) : Infinity
  return ranks !== null && ranks > slots
    ? `The hosts have ${slots} slots: give as many ranks or fewer.`
    : undefined
}
