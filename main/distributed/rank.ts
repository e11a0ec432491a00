/**
 * The entry point of a rank of an MPI job, which mpirun starts. Rank 0 talks to the trainer process that started the
 * job, by lines of text, and runs the training; the others follow it.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { NativeDataset, NativeRanks } from '../../native/index.ts'
import { columnsOf } from '../datasets/columns-of.ts'
import { toErrorData } from '../contract/errors.ts'
import { compilePlan } from '../model/plan.ts'
import { currentProcess } from '../platform/process-identity.ts'
import type { TrainerJob } from '../training/protocol.ts'
import { trainJob, type TrainJobOptions } from '../training/train-job.ts'
import { TrainerSession, type EndedMessage } from '../training/trainer-session.ts'
import { Announcements } from './announcements.ts'
import { assemble, join } from './assembly.ts'
import { DistributedBackend } from './distributed-backend.ts'
import { Follower } from './follower.ts'
import { startHeartbeat } from './heartbeat.ts'
import { joinJob } from './join-job.ts'
import { hostsText } from './measure-hosts.ts'
import { messageInLine, messageLine, readLines } from './lines.ts'
import { RankClock } from './rank-clock.ts'
import { isStartedBySlurm } from './slurm/job-launcher.ts'
import { SlowRankWatch } from './slow-rank.ts'
import { thisMember, type Member, type RankMessage } from './rank-messages.ts'
import { clientsOf, serversText, type Servers } from './servers.ts'

/** A rank that failed leaves the job itself if its launcher has not ended the job within this time. */
const FAILED_RANK_LEAVES_MS = 2000
/** Rank 0 waits as long for the launcher to take its last message. */
const LAST_MESSAGE_MS = 5000

const self = thisMember(currentProcess())
startHeartbeat(self)

/** Rank 0 for the owner of the run: its messages come on the input stream. */
function lead(ranks: NativeRanks): void {
  const write = (message: RankMessage, onWritten?: () => void) =>
    process.stdout.write(messageLine(message), onWritten)
  const launcherHasLeft = new Promise((resolve) => process.stdin.once('end', resolve))
  let hasEnded = false

  /** The launcher ends the input stream when it has the last message. */
  async function end(message: EndedMessage): Promise<never> {
    hasEnded = true
    write({ kind: 'relay', message })
    await Promise.race([launcherHasLeft, delay(LAST_MESSAGE_MS)])
    // The other ranks may wait in a call that this one no longer makes.
    if (message.outcome === 'failed') ranks.abort(1)
    else await ranks.leave()
    process.exit(0)
  }

  async function train(
    sent: TrainerJob,
    options: Pick<TrainJobOptions, 'control' | 'send' | 'onReporter'>,
  ): Promise<'completed' | 'stopped'> {
    const { job, members, threads, servers, shards, hosts } = await assemble(ranks, self, sent)
    const announcements = new Announcements(ranks)
    const watch = new SlowRankWatch()
    let warn: (text: string) => void
    const outcome = await trainJob(job, {
      ...options,
      onReporter: (reporter) => {
        reporter.line('info', membersText(members, ranks.library()))
        const served = serversText(servers)
        if (served !== null) reporter.line('info', served)
        reporter.line('info', hostsText(hosts))
        warn = (text) => reporter.line('warning', text)
        options.onReporter(reporter)
      },
      createBackend: (plan, dataset, config) => {
        serveOthers(ranks, servers, dataset)
        const { exchange } = config
        return new DistributedBackend({
          plan,
          dataset,
          config: { ...config, threads },
          part: { ranks, shards, exchange },
          job: {
            ranks: ranks.ranks(),
            hosts: hosts.map(({ slots, ...host }) => ({ ...host, ranks: slots })),
            mpi: ranks.library(),
            exchange,
            placement: shards,
          },
          announcements,
          clock: new RankClock(ranks, self),
          onTimes: (times) => {
            const slow = watch.look(times)
            if (slow !== null) warn(slow)
            options.send({ kind: 'ranks', times })
          },
        })
      },
    })
    await announcements.announce({ kind: 'leave' })
    return outcome
  }

  const session = new TrainerSession({
    train,
    send: (message) => void write({ kind: 'relay', message }),
    end: (message) => void end(message),
    abandon: () => ranks.abort(1),
  })
  process.stdout.on('error', () => undefined)
  readLines(process.stdin, (line) => {
    const message = messageInLine(line)
    if (message !== undefined) session.receive(message)
  })
  if (isStartedBySlurm()) process.on('SIGTERM', () => session.stop())
  process.stdin.once('end', () => {
    if (!hasEnded) session.loseOwner()
  })
}

/** Which processes train, for the log of the run. */
function membersText(members: readonly Member[], library: string): string {
  const hosts = new Map<string, number[]>()
  for (const { host, pid } of members) hosts.set(host, [...(hosts.get(host) ?? []), pid])
  const places = [...hosts].map(([host, pids]) => `${host} (process ${pids.join(', ')})`)
  return `The ranks train on ${places.join('; ')}, connected by ${library}.`
}

function serveOthers(ranks: NativeRanks, servers: Servers, dataset: NativeDataset): void {
  const clients = clientsOf(servers, ranks.rank())
  if (clients > 0) ranks.serve(dataset, clients)
}

async function follow(ranks: NativeRanks): Promise<void> {
  const { job, threads, dataset, manifest, servers, shards } = await join(ranks, self)
  const server = servers[self.rank] ?? null
  if (server !== null) ranks.beServed(server)
  else if (dataset) serveOthers(ranks, servers, dataset)
  const plan = compilePlan(job.model, columnsOf(manifest))
  const config = { ...job.config, threads }
  const clock = new RankClock(ranks, self)
  // A rank that has the dataset but not the workspace reads its own copy.
  await new Follower({
    plan,
    dataset: dataset ?? ranks,
    job: { ...job, config },
    ranks,
    clock,
    shards,
  }).follow()
  await ranks.leave()
  process.exit(0)
}

async function run(): Promise<void> {
  // Slurm ends the processes of a cancelled job one by one, but ranks can only save a checkpoint together.
  if (isStartedBySlurm()) process.on('SIGTERM', () => undefined)
  let ranks: NativeRanks | null = null
  try {
    const library = process.argv[2] ?? ''
    ranks = joinJob(library)
    if (ranks.rank() === 0) lead(ranks)
    else await follow(ranks)
  } catch (error) {
    const failed: RankMessage = { kind: 'failed', member: self, error: toErrorData(error) }
    process.stderr.write(messageLine(failed))
    await delay(FAILED_RANK_LEAVES_MS)
    ranks?.abort(1)
    process.exit(1)
  }
}

void run()
