/** Which program starts the ranks of a job: the launcher of its MPI, or Slurm's inside an allocation. */
import { StudioError } from '../../contract/errors.ts'
import { launcherArguments, type JobShape, type MpiName, type UsableMpi } from '../mpi.ts'
import { reportingExit } from '../rank-messages.ts'

/** `srun` in it has Slurm start the ranks. Batch scripts of `cluster slurm` set it. */
export const LAUNCHER_VARIABLE = 'DLRM_STUDIO_LAUNCHER'

/** How Slurm tells the ranks of an implementation of each other. */
const interfaces: Record<MpiName, string> = { openmpi: 'pmix', mpich: 'pmi2' }

/** Throws InvalidArgument for an unknown launcher. */
export function isStartedBySlurm(environment: NodeJS.ProcessEnv = process.env): boolean {
  const launcher = environment[LAUNCHER_VARIABLE]
  if (!launcher) return false
  if (launcher === 'srun') return true
  throw new StudioError(
    'InvalidArgument',
    `${LAUNCHER_VARIABLE} is ${launcher}: it must be srun, or not be set where mpirun is to start the ranks.`,
  )
}

/** The command that runs a program as every rank of a job. Throws InvalidArgument for an unknown launcher. */
export function jobCommand(
  { name, launcher }: UsableMpi,
  job: JobShape,
  program: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): { command: string; args: string[] } {
  const reporting = reportingExit(program)
  if (!isStartedBySlurm(environment))
    return { command: launcher.command, args: [...launcherArguments(name, job), ...reporting] }
  const [shell = '', option = '', script = '', ...rest] = reporting
  return {
    command: 'srun',
    args: [
      `--mpi=${interfaces[name]}`,
      `--ntasks=${job.ranks}`,
      `--cpus-per-task=${job.threads}`,
      // Of all ranks only the first one has an input, and none goes on alone.
      '--input=0',
      '--kill-on-bad-exit=1',
      // Slurm sends SIGTERM to shells as well when a job is cancelled. They have to wait until the ranks have saved.
      ...[shell, option, `trap : TERM; ${script}`, ...rest],
    ],
  }
}
