/** What the ranks of a job tell the trainer process that has started it. */
import { z } from 'zod'
import { errorData } from '../contract/errors.ts'
import { processIdentity, type ProcessIdentity } from '../platform/process-identity.ts'
import { messageLine } from './lines.ts'
import { trainerMessage } from '../training/protocol.ts'

/** A process of the job. Ranks are counted from 0. */
export const member = processIdentity.extend({ rank: z.int().min(0) })
export type Member = z.infer<typeof member>

export const rankMessage = z.discriminatedUnion('kind', [
  /** Each rank says this at its start and then every HEARTBEAT_MS, on its error stream. */
  z.object({ kind: z.literal('alive'), member }),
  /** A rank cannot go on, on its error stream. */
  z.object({ kind: z.literal('failed'), member, error: errorData }),
  /** The process of a rank has exited. Its shell says so, on its error stream. */
  z.object({ kind: z.literal('exited'), rank: z.int(), status: z.int() }),
  /** Rank 0's message for the owner of the run, on its output stream, which no other rank uses. */
  z.object({ kind: z.literal('relay'), message: trainerMessage }),
])
export type RankMessage = z.infer<typeof rankMessage>

export const HEARTBEAT_MS = 500

export const memberName = ({ rank, pid, host }: Pick<Member, 'rank' | 'pid' | 'host'>): string =>
  `Rank ${rank} (process ${pid} on ${host})`

/** The variables in which the launchers tell a process its rank. */
const RANK_VARIABLES = ['OMPI_COMM_WORLD_RANK', 'PMIX_RANK', 'PMI_RANK'] as const

/** This process as a member. */
export function thisMember(identity: ProcessIdentity, environment: NodeJS.ProcessEnv = process.env): Member {
  const variable = RANK_VARIABLES.find((name) => environment[name] !== undefined)
  return { ...identity, rank: variable === undefined ? 0 : Number(environment[variable]) }
}

/**
 * A command that runs a rank's program in a shell, which says how the program exited: MPICH's launcher does not tell
 * which rank was the first to die.
 */
export function reportingExit(program: readonly string[]): string[] {
  const rank = RANK_VARIABLES.reduceRight((otherwise, name) => `\${${name}:-${otherwise}}`, '0')
  const message = messageLine({ kind: 'exited', rank: -1, status: -2 })
    .replace('-1', `'"${rank}"'`)
    .replace('-2', `'"$status"'`)
    .trim()
  const script = `"$@"; status=$?; [ $status = 0 ] || echo '${message}' >&2; exit $status`
  return ['sh', '-c', script, 'rank', ...program]
}
