/**
 * The entry point of the trainer process of a run with ranks. It starts the MPI job and passes messages between the
 * run's owner and rank 0, which trains as a trainer without ranks does.
 */
import { toErrorData } from '../contract/errors.ts'
import {
  ownerMessage,
  type OwnerMessage,
  type TrainerJob,
  type TrainerMessage,
} from '../training/protocol.ts'
import { bundleFile, sayAlive } from '../training/worker-process.ts'
import { lostHost } from './broken-job.ts'
import { goneHost, requireHosts } from './check-hosts.ts'
import { endElsewhere } from './end-elsewhere.ts'
import { chooseMpi, findMpi, jobShape } from './mpi.ts'
import { MpiJob } from './mpi-job.ts'
import { removePartialCheckpoint } from './remove-partial-checkpoint.ts'
import { jobCommand } from './slurm/job-launcher.ts'

/** What the owner sent before the job was started. */
const waiting: OwnerMessage[] = []
let job: MpiJob | null = null
let hasOwner = true

function send(message: TrainerMessage): void {
  if (process.connected) process.send?.(message, () => undefined)
}

function exitAfter(last: TrainerMessage): void {
  if (!process.connected || !process.send) process.exit(0)
  process.send(last, () => process.exit(0))
}

function pass(message: OwnerMessage): void {
  if (job) job.send(message)
  else waiting.push(message)
}

async function start(request: TrainerJob): Promise<void> {
  try {
    const shape = jobShape(request.config)
    const { ranks, hosts } = shape
    const mpi = chooseMpi(await findMpi())
    const program = [process.execPath, bundleFile('rank'), mpi.library]
    if (hosts) {
      const { workspace, datasetFolder: folder, datasetHash: hash } = request
      await requireHosts(hosts, { workspace, dataset: { folder, hash }, program })
    }
    job = new MpiJob({
      ...jobCommand(mpi, shape, program),
      ranks,
      onMessage: send,
      endElsewhere: (members) => endElsewhere(hosts ?? [], members),
    })
    job.send({ kind: 'start', job: request })
    for (const message of waiting) job.send(message)
    if (!hasOwner) job.loseOwner()
    const last = await job.ended
    if (last.outcome === 'failed') await removePartialCheckpoint(request)
    if (hosts && last.error?.code === 'TrainerGone') {
      // MPI names the rank that has noticed it, or none.
      const host = await goneHost(hosts)
      if (host !== null) last.error = lostHost(host, last.error)
    }
    exitAfter(last)
  } catch (error) {
    exitAfter({ kind: 'ended', outcome: 'failed', error: toErrorData(error), last: null })
  }
}

sayAlive()
process.on('message', (raw) => {
  const { success, data: message, error } = ownerMessage.safeParse(raw)
  if (!success) return exitAfter({ kind: 'ended', outcome: 'failed', error: toErrorData(error), last: null })
  if (message.kind === 'start') void start(message.job)
  else pass(message)
})

// Ctrl-C in a terminal, and its end, reach every process of the command line. The owner decides what happens to the run.
process.on('SIGINT', () => undefined)
process.on('SIGHUP', () => undefined)
process.on('SIGTERM', () => pass({ kind: 'stop' }))
process.on('disconnect', () => {
  hasOwner = false
  job?.loseOwner()
})
