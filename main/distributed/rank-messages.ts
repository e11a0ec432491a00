/** What the ranks of a job tell the trainer process that has started it. */
import { z } from 'zod'
import { errorData } from '../contract/errors.ts'
import { processIdentity, type ProcessIdentity } from '../platform/process-identity.ts'
import { messageLine } from './lines.ts'
import { trainerMessage } from '../training/protocol.ts'

/** A process of the job. Ranks are counted from 0. */
export const member = processIdentity.extend({ rank: z.int().min(0) })
export type Member = z.infer<typeof member>

/**
 * Each rank says this every HEARTBEAT_MS, on its error stream. The first time it is its shell, whose start is not known,
 * and which names the process of MPI that has started it.
 */
export const aliveMessage = z.object({ kind: z.literal('alive'), member, startedBy: z.int().optional() })
/** The process of a rank has exited. Its shell says so, on its error stream. */
export const exitedMessage = z.object({ kind: z.literal('exited'), rank: z.int(), status: z.int() })

export const rankMessage = z.discriminatedUnion('kind', [
  aliveMessage,
  /** A rank cannot go on, on its error stream. */
  z.object({ kind: z.literal('failed'), member, error: errorData }),
  exitedMessage,
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
 * A command that runs a rank's program in a shell, which says that the rank begins and how the program exited: the
 * launchers do not tell which rank was the first to die, and MPICH's goes on if one dies before it has met the others.
 */
export function reportingExit(program: readonly string[]): string[] {
  const rank = RANK_VARIABLES.reduceRight((otherwise, name) => `\${${name}:-${otherwise}}`, '0')
  const shell: Member = { rank: 1001, pid: 1002, startedAt: null, host: 'HOST' }
  const say = (message: RankMessage, values: Record<string, string>): string => {
    let line = messageLine(message).trim()
    for (const [place, value] of Object.entries(values)) line = line.replace(place, () => `'"${value}"'`)
    return `echo '${line}' >&2`
  }
  const begins = say(
    { kind: 'alive', member: shell, startedBy: 1003 },
    { 1001: rank, 1002: '$$', 1003: '$PPID', HOST: '$(uname -n)' },
  )
  const exited = say({ kind: 'exited', rank: 1001, status: 1002 }, { 1001: rank, 1002: '$status' })
  return [
    'sh',
    '-c',
    `${begins}; "$@"; status=$?; [ $status = 0 ] || ${exited}; exit $status`,
    'rank',
    ...program,
  ]
}
