/**
 * What a workspace knows about work that did not come to its end, for the notice at the next start. The window's own end
 * is noted when it closes. For the case that the engine is killed, its tasks are noted while they run; those of runs are
 * in the list of runs anyway.
 */
import { z } from 'zod'
import type { StudioDatabase, StudioReader } from '../../db/index.ts'
import {
  unfinishedWork as unfinishedWorkShape,
  type UnfinishedWork,
  type WorkTask,
} from '../contract/workspace.ts'
import { currentProcess, isOwnerAlive, isSameProcess, processIdentity } from '../platform/process-identity.ts'

/** Keys of the workspace's preferences. */
const CUT_SHORT_KEY = 'work cut short by closing'
const ONGOING_KEY = 'work in progress'
/** The time at which the user dismissed the notice. */
const SEEN_KEY = 'interrupted runs seen until'
/** The maximum number of runs that are offered one by one. */
const MAX_OFFERED_RUNS = 50
const MAX_OTHERS = 50
/** The progress of a task is noted in steps of this, so that a long task does not write all the time. */
const NOTED_STEP = 0.05

const otherTask = unfinishedWorkShape.shape.others.element
type OtherTask = z.infer<typeof otherTask>

const cutShort = z.object({
  runs: z.array(z.string()),
  /** Earlier versions noted only the words. */
  others: z.array(
    otherTask.or(
      z.string().transform((what): OtherTask => ({ kind: 'dataset', what, fraction: null, how: 'closed' })),
    ),
  ),
})
type CutShort = z.infer<typeof cutShort>

const ongoing = z.object({
  owner: processIdentity,
  notedAt: z.string(),
  tasks: z.array(otherTask.omit({ how: true })),
})

/** Adds to what is noted already, which nobody may have seen yet. */
export function noteCutShort(
  database: StudioDatabase,
  { runs, others }: { runs: readonly string[]; others: readonly WorkTask[] },
): void {
  if (runs.length === 0 && others.length === 0) return
  note(database, { runs: [...runs], others: others.map((task) => ended(task, 'closed')) })
  // What is noted as closed must not be reported as killed as well.
  quietly(() => database.preferences.set(ONGOING_KEY, undefined))
}

export type NotedTask = Omit<OtherTask, 'how'>

/** A task as it is noted, which changes with its progress, but seldom. */
export const notedTask = ({ kind, what, fraction }: NotedTask): NotedTask => ({
  kind,
  what,
  fraction: fraction === null ? null : Math.floor(fraction / NOTED_STEP) * NOTED_STEP,
})

/** Notes the tasks of this process while they run. */
export function noteOngoing(database: StudioDatabase, tasks: readonly NotedTask[]): void {
  quietly(() => {
    const notedAt = new Date().toISOString()
    const value = { owner: currentProcess(), notedAt, tasks: tasks.slice(0, MAX_OTHERS) }
    database.preferences.set(ONGOING_KEY, tasks.length > 0 ? value : undefined)
  })
}

/** Called when the engine starts: tasks of a process that was killed are kept for the notice. */
export function takeOverOngoing(database: StudioDatabase): void {
  quietly(() => {
    const left = ongoing.safeParse(database.preferences.get(ONGOING_KEY)).data
    if (!left || isSameProcess(left.owner, currentProcess()) || isOwnerAlive(left.owner, left.notedAt)) return
    database.transaction(() => {
      note(database, { runs: [], others: left.tasks.map((task) => ended(task, 'interrupted')) })
      database.preferences.set(ONGOING_KEY, undefined)
    })
  })
}

/** The work that was not dismissed yet. Runs that were resumed or deleted since are left out. */
export function unfinishedWork(database: StudioReader): UnfinishedWork {
  const noted = readCutShort(database)
  const seen = z.string().safeParse(database.preferences.get(SEEN_KEY)).data ?? ''
  const closed = database.runList.byId(noted.runs).filter(({ status }) => status === 'stopped')
  const crashed = database.runList.interruptedAfter(seen, MAX_OFFERED_RUNS)
  const runs = [
    ...closed.map(({ id }) => ({ id, how: 'closed' as const })),
    ...crashed.map(({ id }) => ({ id, how: 'interrupted' as const })),
  ]
  return {
    runs: runs.slice(0, MAX_OFFERED_RUNS).map(({ id, how }) => ({ ...howFar(database, id), how })),
    others: noted.others,
  }
}

function howFar(database: StudioReader, id: string): Omit<UnfinishedWork['runs'][number], 'how'> {
  const { name, steps, config } = database.runs.get(id)
  return { id, name, steps, epochsDone: database.epochs.count(id), epochs: config.epochs }
}

export function dismissUnfinished(database: StudioDatabase): void {
  database.transaction(() => {
    database.preferences.set(CUT_SHORT_KEY, undefined)
    database.preferences.set(SEEN_KEY, new Date().toISOString())
  })
}

function note(database: StudioDatabase, { runs, others }: CutShort): void {
  quietly(() => {
    const before = readCutShort(database)
    database.preferences.set(CUT_SHORT_KEY, {
      runs: [...new Set([...before.runs, ...runs])].slice(-MAX_OFFERED_RUNS),
      others: [
        ...before.others.filter(({ what }) => !others.some((task) => task.what === what)),
        ...others,
      ].slice(-MAX_OTHERS),
    })
  })
}

const readCutShort = (database: StudioReader): CutShort =>
  cutShort.safeParse(database.preferences.get(CUT_SHORT_KEY)).data ?? { runs: [], others: [] }

const ended = (task: NotedTask, how: OtherTask['how']): OtherTask => ({ ...notedTask(task), how })

/** A database that cannot be written must prevent neither a start nor that runs are saved. */
function quietly(work: () => void): void {
  try {
    work()
  } catch {
    return
  }
}
