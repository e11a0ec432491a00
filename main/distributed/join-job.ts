/** How a process becomes a rank of the MPI job by which it was started. */
import { nativeAddon, type NativeRanks } from '../../native/index.ts'

/**
 * Messages of up to this size are sent at once. Both implementations announce those of 64 KiB and more by themselves and wait
 * for an answer, which costs another round trip for each message and has to wait for the threads that compute on both hosts.
 * Ranks receive what they are sent in the order of a step, so little of it arrives before there is a place for it.
 */
const LARGEST_MESSAGE_SENT_AT_ONCE = '4194304'
const SETTINGS = {
  OMPI_MCA_btl_tcp_eager_limit: LARGEST_MESSAGE_SENT_AT_ONCE,
  UCX_RNDV_THRESH: LARGEST_MESSAGE_SENT_AT_ONCE,
}

/** `library` opens the MPI implementation. Settings of the user's environment stay. Throws if MPI does not start. */
export function joinJob(library: string): NativeRanks {
  for (const [name, value] of Object.entries(SETTINGS)) process.env[name] ??= value
  return new (nativeAddon().Ranks)(library)
}
