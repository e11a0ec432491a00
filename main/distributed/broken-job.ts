/** Why an MPI job has ended without its last message, as far as that is known. */
import type { ErrorData } from '../contract/errors.ts'
import { StudioError } from '../contract/errors.ts'
import { memberName, type Member } from './rank-messages.ts'

export interface LauncherExit {
  command: string
  code: number | null
  signal: NodeJS.Signals | null
  /** The end of what the launcher and the ranks printed. */
  tail: string
}

const RESUME = 'The run can be resumed, from its last checkpoint if there is one, with fewer ranks as well.'
const OUT_OF_MEMORY =
  'The system does this when memory runs out: try a smaller model or batch, or fewer ranks on a host.'

/** How a shell reports that its command was killed by a signal. */
const SIGNALLED = 128
const KILLED = 9

/** Of a rank whose process has exited, with the status that its shell saw: one or two sentences. */
export function exitText(member: Member, status: number): string {
  const signal = status - SIGNALLED
  const how =
    signal === KILLED
      ? `was killed. ${OUT_OF_MEMORY}`
      : signal > 0
        ? `was ended by signal ${signal}.`
        : `exited with code ${status}.`
  return `${memberName(member)} ${how}`
}

/** Of a run's rank whose process has exited. */
export const lostMember = (member: Member, status: number): ErrorData =>
  gone(`${exitText(member, status)} ${RESUME}`)

/** Of a job of which nothing is known but how its launcher ended. */
export function lostLauncher({ command, code, signal, tail }: LauncherExit): ErrorData {
  const how = signal === null ? `exited with code ${code ?? 'unknown'}` : `was killed by ${signal}`
  const said = reasonIn(tail)
  const hint = said === null ? '' : ` It said: ${said}`
  return gone(`The MPI job ended too early: ${command} ${how}.${hint} ${RESUME}`)
}

/** Open MPI explains itself in blocks between lines of dashes, whose first line says what happened. */
function reasonIn(tail: string): string | null {
  const blocks = tail
    .split(/^-{20,}$/m)
    .map((block) => block.split('\n').filter((line) => /[a-z]/i.test(line)))
  const [block] = blocks.filter((lines) => lines.length > 0)
  return (blocks.length > 1 ? block?.at(0) : block?.at(-1))?.trim() ?? null
}

/** Of a job that has lost a process when one of its hosts could no longer be reached. */
export function lostHost(host: string, { message, ...rest }: ErrorData): ErrorData {
  return { ...rest, message: `The host ${host} can no longer be reached. ${message}` }
}

/** Of a rank that says no more that it lives. */
export const silentMember = (member: Member, seconds: number): ErrorData =>
  gone(
    `${memberName(member)} has not answered for ${seconds} s, so the job was ended. Its host may be gone, or the process ` +
      `was stopped or hangs. ${RESUME}`,
  )

/** Of a job of which no rank says any more that it lives. */
export const silentJob = (command: string, pid: number | undefined, seconds: number): ErrorData =>
  gone(
    `No rank has been heard for ${seconds} s, so the job was ended. ${command} (process ${pid ?? 'unknown'}), which passes ` +
      `on what they say, was stopped or hangs, or their hosts are gone. ${RESUME}`,
  )

/** Of ranks that lost the process of MPI on their host by which they were started. */
export const lostStarter = ({ host, rank }: Member, pid: number): ErrorData =>
  gone(
    `Process ${pid} of MPI on ${host}, which had started rank ${rank} and passed on what it says, was killed. ${RESUME}`,
  )

/**
 * Of ranks whose shells have ended without saying how the ranks exited. When one is killed, MPICH may end the others before
 * anybody has looked, and nothing tells which was the first.
 */
export function lostShells(shells: readonly Member[]): ErrorData {
  const names = shells.map(({ host, rank, pid }) => `rank ${rank} (process ${pid} on ${host})`)
  return gone(`The shell of ${names.join(' or of ')} was killed. ${RESUME}`)
}

/** Of a rank that was gone before its program had begun. */
export const vanishedMember = (member: Member): ErrorData =>
  gone(`${memberName(member)} was ended while it started. ${RESUME}`)

/** Of a job of which some ranks have never said that they live. */
export function absentMembers(ranks: number, members: readonly Member[], seconds: number): ErrorData {
  const known = new Set(members.map(({ rank }) => rank))
  const missing = Array.from({ length: ranks }, (_, rank) => rank).filter((rank) => !known.has(rank))
  return gone(
    `After ${seconds} s ${missing.length} of ${ranks} ranks have not started, the first of them rank ${missing[0]}: ` +
      'look whether each host can be reached and has this program.',
  )
}

/**
 * Of a rank that reported why it cannot go on. Where the ranks agree on a failure, as of a checkpoint that one of them
 * cannot write, each of them reports it with the number of that one.
 */
export function failedMember(
  reporter: Member,
  { message, ...rest }: ErrorData,
  members: readonly Member[],
): ErrorData {
  const [, rank, reason = message] = /^Rank (\d+): ([^]*)$/.exec(message) ?? []
  const failed = members.find((each) => each.rank === Number(rank)) ?? reporter
  return { ...rest, message: new StudioError(rest.code, `${memberName(failed)}: ${reason}`).message }
}

const gone = (message: string): ErrorData => new StudioError('TrainerGone', message).data
