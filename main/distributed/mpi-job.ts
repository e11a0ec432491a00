/**
 * One MPI job as the process sees it that starts it: the ranks' messages, the signs that they live, and how it ended.
 * Whatever happens, in the end no rank on this machine is left.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import type { ErrorData } from '../contract/errors.ts'
import { isOwnerAlive, pidExists, processStat } from '../platform/process-identity.ts'
import type { OwnerMessage, TrainerMessage } from '../training/protocol.ts'
import type { EndedMessage } from '../training/trainer-session.ts'
import {
  absentMembers,
  failedMember,
  lostLauncher,
  lostMember,
  lostShells,
  lostStarter,
  silentJob,
  silentMember,
  vanishedMember,
} from './broken-job.ts'
import { messageInLine, messageLine, readLines } from './lines.ts'
import { rankMessage, type Member, type RankMessage } from './rank-messages.ts'

/**
 * Silence and start are counted in seconds during which this process ran: while a computer sleeps, or this process is
 * stopped, no rank can be heard.
 */
const SECOND_MS = 1000
const SILENCE_LIMIT_S = 6
const START_LIMIT_S = 60
/** After one rank has failed, another one may have something to say or to do within this time. */
const LAST_WORDS_MS = 500
/** The launcher ends its ranks within this time, or they are ended from here. */
const LAUNCHER_LIMIT_MS = 2000
/** A job whose last message has come ends within this time. */
const LEAVING_LIMIT_MS = 5000
/** Ranks of other hosts are ended within this time, if they can be. */
const ELSEWHERE_LIMIT_MS = 3000
/** What a process says at its end has arrived after so many seconds in which it is known to be gone. */
const LAST_LINES_S = 2
const MAX_TAIL = 8000

export interface MpiJobOptions {
  command: string
  args: readonly string[]
  ranks: number
  /** Receives every message of rank 0 but the last, which `ended` has. */
  onMessage: (message: TrainerMessage) => void
  /** Ends those of these ranks that still run, all of them on other hosts. The launcher may not have reached them. */
  endElsewhere: (members: readonly Member[]) => Promise<void>
}

/** The shell around a rank, and the process of MPI that has started it. */
interface RankShell {
  member: Member
  startedBy: number
  /** For as many seconds one of the two is gone, and the rank has said nothing of it. */
  goneSeconds: number
}

export class MpiJob {
  readonly #options: MpiJobOptions
  readonly #launcher: ChildProcessWithoutNullStreams
  readonly #members = new Map<number, Member>()
  readonly #shells = new Map<number, RankShell>()
  /** Seconds since each rank was heard. */
  readonly #silence = new Map<number, number>()
  readonly #watch: NodeJS.Timeout
  #seconds = 0
  #tail = ''
  #last: EndedMessage | null = null
  #failure: ErrorData | null = null
  /** Whether the owner has asked rank 0 to stop. It also stops when it loses its input in a job that breaks. */
  #mayStop = false
  #isEnding = false
  #elsewhere: Promise<unknown> = Promise.resolve()
  /** Resolves to the last message for the owner when all processes of the job on this machine are gone. */
  readonly ended: Promise<EndedMessage>

  constructor(options: MpiJobOptions) {
    const { command, args } = options
    this.#options = options
    // In a process group of its own, so that Ctrl-C in a terminal does not end the job before it is saved.
    this.#launcher = spawn(command, args, { detached: true, stdio: 'pipe' })
    readLines(this.#launcher.stdout, (line) => this.#receive(line))
    readLines(this.#launcher.stderr, (line) => this.#receive(line))
    // The job may end while something is written to it, which `ended` reports.
    this.#launcher.stdin.on('error', () => undefined)
    this.#watch = setInterval(() => this.#countSecond(), SECOND_MS)
    this.ended = new Promise((resolve) => {
      const finish = (code: number | null, signal: NodeJS.Signals | null): void =>
        void this.#finish(code, signal).then(resolve)
      this.#launcher.once('close', finish)
      // Remote shells of hosts that cannot be reached outlive the launcher, with its output streams.
      this.#launcher.once('exit', () => void this.#closeOutput())
      this.#launcher.once('error', (error) => {
        this.#tail += `${error.message}\n`
        // There is no 'close' event if the launcher could not be started.
        if (this.#launcher.pid === undefined) finish(null, null)
      })
    })
  }

  send(message: OwnerMessage): void {
    if (message.kind === 'stop') this.#mayStop = true
    if (this.#launcher.stdin.writable) this.#launcher.stdin.write(messageLine(message))
  }

  /** The owner is gone: the job saves a checkpoint and ends. */
  loseOwner(): void {
    this.#mayStop = true
    this.#launcher.stdin.end()
  }

  #receive(line: string): void {
    const raw = messageInLine(line)
    if (raw === undefined) {
      this.#tail = `${this.#tail}${line}\n`.slice(-MAX_TAIL)
      return
    }
    const { data: message } = rankMessage.safeParse(raw)
    if (message) this.#handle(message)
  }

  #handle(message: RankMessage): void {
    switch (message.kind) {
      case 'alive':
        if (message.startedBy !== undefined) this.#addShell(message.member, message.startedBy)
        this.#members.set(message.member.rank, message.member)
        this.#silence.set(message.member.rank, 0)
        return
      case 'failed':
        return void this.#failSoon(message.member, message.error)
      case 'exited':
        return this.#lose(message.rank, message.status)
      case 'relay':
        if (message.message.kind === 'ended') void this.#takeLast(message.message)
        else this.#options.onMessage(message.message)
    }
  }

  async #takeLast(message: EndedMessage): Promise<void> {
    this.#last = message
    if (message.outcome === 'failed') await delay(LAST_WORDS_MS)
    this.#launcher.stdin.end()
    await delay(LEAVING_LIMIT_MS, undefined, { ref: false })
    void this.#endNow()
  }

  #addShell(member: Member, startedBy: number): void {
    this.#shells.set(member.rank, { member, startedBy, goneSeconds: 0 })
  }

  #countSecond(): void {
    this.#seconds += 1
    if (this.#last || this.#failure) return
    this.#lookForShells()
    if (this.#seconds >= START_LIMIT_S && this.#members.size < this.#options.ranks) {
      return this.#fail(absentMembers(this.#options.ranks, [...this.#members.values()], START_LIMIT_S))
    }
    for (const [rank, seconds] of this.#silence) this.#silence.set(rank, seconds + 1)
    for (const [rank, member] of this.#members) {
      const seconds = this.#silence.get(rank) ?? 0
      // A program takes its time to begin, while only its shell has been heard.
      const isShell = member.startedAt === null
      if (isShell && isGone(member)) return this.#fail(vanishedMember(member))
      const limit = isShell ? START_LIMIT_S : SILENCE_LIMIT_S
      if (seconds >= limit)
        return this.#fail(this.#isSilent() ? this.#silentJob() : silentMember(member, limit))
    }
  }

  /** Whether nothing of any rank arrives. Of a single rank only a stopped launcher tells it from the rank's own silence. */
  #isSilent(): boolean {
    const { pid } = this.#launcher
    if (pid !== undefined && processStat(pid)?.stopped) return true
    // The last words of ranks that fall silent together may be counted in two seconds.
    return (
      this.#members.size > 1 && [...this.#silence.values()].every((seconds) => seconds >= SILENCE_LIMIT_S - 1)
    )
  }

  #silentJob(): ErrorData {
    return silentJob(this.#options.command, this.#launcher.pid, SILENCE_LIMIT_S)
  }

  /** MPICH does not always notice when a process is killed that stands between it and a rank. */
  #lookForShells(): void {
    const shells = [...this.#shells.values()]
    const isStarterGone = ({ member, startedBy }: RankShell) =>
      startedBy !== this.#launcher.pid && isGone({ ...member, pid: startedBy })
    for (const shell of shells)
      shell.goneSeconds = isGone(shell.member) || isStarterGone(shell) ? shell.goneSeconds + 1 : 0
    const lost = shells.filter(({ goneSeconds }) => goneSeconds >= LAST_LINES_S)
    if (lost.length === 0) return
    const started = lost.find(isStarterGone)
    this.#fail(
      started ? lostStarter(started.member, started.startedBy) : lostShells(lost.map(({ member }) => member)),
    )
  }

  #lose(rank: number, status: number): void {
    const member = this.#members.get(rank)
    // A job whose rank 0 has said why it fails ends by an abort, as which every rank exits.
    if (member && this.#last?.outcome !== 'failed') this.#fail(lostMember(member, status))
  }

  /** Rank 0 gets the time to remove what it has begun to write, if the ranks agree on the failure. */
  async #failSoon(reporter: Member, error: ErrorData): Promise<void> {
    this.#failure ??= failedMember(reporter, error, [...this.#members.values()])
    await delay(LAST_WORDS_MS)
    void this.#endNow()
  }

  #fail(failure: ErrorData): void {
    this.#failure ??= failure
    void this.#endNow()
  }

  /** Ends the job's processes, by force where they do not follow. */
  async #endNow(): Promise<void> {
    if (this.#isEnding) return
    this.#isEnding = true
    const others = [...this.#members.values()].filter(({ host }) => host !== hostname())
    if (others.length > 0) this.#elsewhere = this.#options.endElsewhere(others)
    this.#launcher.kill('SIGTERM')
    await delay(LAUNCHER_LIMIT_MS, undefined, { ref: false })
    this.#killMembers()
    this.#launcher.kill('SIGKILL')
  }

  async #closeOutput(): Promise<void> {
    await delay(LAST_WORDS_MS)
    this.#launcher.stdout.destroy()
    this.#launcher.stderr.destroy()
  }

  async #finish(code: number | null, signal: NodeJS.Signals | null): Promise<EndedMessage> {
    clearInterval(this.#watch)
    const deadline = performance.now() + LAUNCHER_LIMIT_MS
    while (this.#livingMembers().length > 0 && performance.now() < deadline) await delay(50)
    this.#killMembers()
    await Promise.race([this.#elsewhere, delay(ELSEWHERE_LIMIT_MS)])
    const last = this.#last
    const error = this.#failure ?? last?.error ?? null
    const isAnswer = last?.outcome === 'completed' || (last?.outcome === 'stopped' && this.#mayStop)
    // A lost rank can end the input of rank 0, which then stops as if it had lost its owner.
    if (last && isAnswer && (last.outcome === 'completed' || error === null)) return last
    return {
      kind: 'ended',
      outcome: 'failed',
      error: error ?? this.#unexplained(code, signal),
      last: last?.last ?? null,
    }
  }

  /** Of a launcher that has ended, and no rank has said why. */
  #unexplained(code: number | null, signal: NodeJS.Signals | null): ErrorData {
    const [first] = this.#shells.values()
    // This is all that MPICH says of a host whose process of MPI is gone.
    const isStarterLost = this.#tail.includes('process manager error')
    if (first && isStarterLost) return lostStarter(first.member, first.startedBy)
    // A shell reports what has happened to its rank, so what Open MPI has noticed has happened to the shell.
    const rank = /noticed that process rank (\d+) .*exited on signal/.exec(this.#tail)?.[1]
    const shell = rank === undefined ? undefined : this.#shells.get(Number(rank))
    if (shell) return lostShells([shell.member])
    return lostLauncher({ command: this.#options.command, code, signal, tail: this.#tail })
  }

  #killMembers(): void {
    for (const { pid } of this.#livingMembers()) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It has ended in the meantime.
      }
    }
  }

  /** Of this machine. */
  #livingMembers(): Member[] {
    return [...this.#members.values()].filter(
      (member) => member.host === hostname() && isOwnerAlive(member, null),
    )
  }
}

/** Whether a process of this machine has exited. */
const isGone = ({ pid, host }: Member): boolean =>
  host === hostname() && (!pidExists(pid) || processStat(pid)?.ended === true)
