/** What a rehearsal starts from: hosts like this machine in an ordinary network. */
import { availableParallelism } from 'node:os'
import type { RehearsedHost } from '../../contract/rehearsal.ts'
import { ORDINARY_HOST } from '../../distributed/planner/hosts.ts'

/** A rank on each host, with all of its cores. */
export function defaultHost(): RehearsedHost {
  const cores = availableParallelism()
  const { networkBandwidth, networkLatency } = ORDINARY_HOST
  return {
    cores,
    ranksPerHost: 1,
    threads: cores,
    memoryBytes: null,
    memoryBandwidth: null,
    flops: null,
    networkBandwidth,
    networkLatency,
    rdma: false,
  }
}
