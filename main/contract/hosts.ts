/** What was found out about the hosts of an MPI job before anything of it is started. */
import { z } from 'zod'

export const hostCheck = z.object({
  name: z.string(),
  /** How many ranks it has at most. */
  slots: z.int(),
  /** Whether its remote shell answers. The machine that asks is not reached over one. */
  reachable: z.boolean(),
  /** Of this program there; null if it is not there. */
  version: z.string().nullable(),
  /** How its copy of the dataset compares with the one here; null if that was not asked, or the host did not answer. */
  dataset: z.enum(['same', 'other', 'damaged', 'absent']).nullable(),
  cores: z.int().nullable(),
  /** What new processes could get there now; the less of that and of what was given. */
  memoryBytes: z.number().nullable(),
  /** What its ranks need; null if that was not asked, or the tables cannot be placed. */
  neededBytes: z.number().nullable(),
  /** Why it cannot take part, and what to do; null if it can. */
  problem: z.string().nullable(),
})
export type HostCheck = z.infer<typeof hostCheck>

export const clusterCheck = z.object({
  /** In the order in which they were given. */
  hosts: z.array(hostCheck),
  /** Why they do not suffice together, as for tables that fit nowhere; null if they do. */
  problem: z.string().nullable(),
})
export type ClusterCheck = z.infer<typeof clusterCheck>
