/** The entry point of the thread in which the engine plans or rehearses jobs: its data are a Task. */
import { parentPort, workerData } from 'node:worker_threads'
import { toErrorData, type ErrorData } from '../contract/errors.ts'
import type { RehearsalSettings } from '../contract/rehearsal.ts'
import type { TablePlan } from '../contract/table-plan.ts'
import { planJob, type JobToPlan } from './planner/plan-job.ts'
import type { KnownMachine } from './rehearsal/machine.ts'
import { rehearse, type RehearsedScalings, type Workload } from './rehearsal/rehearse.ts'

export type Task =
  | { kind: 'plan'; job: JobToPlan }
  | { kind: 'rehearse'; workload: Workload; settings: RehearsalSettings; known: KnownMachine }

/** The only message of the thread. */
export type Answer = { value: TablePlan | RehearsedScalings } | { error: ErrorData }

function answer(task: Task): Answer {
  try {
    if (task.kind === 'plan') return { value: planJob(task.job) }
    return { value: rehearse(task.workload, task.settings, task.known) }
  } catch (error) {
    return { error: toErrorData(error) }
  }
}

parentPort?.postMessage(answer(workerData as Task))
