/** The entry point of the thread in which the engine has a job planned: its data are a JobToPlan. */
import { parentPort, workerData } from 'node:worker_threads'
import type { TablePlan } from '../contract/table-plan.ts'
import { toErrorData, type ErrorData } from '../contract/errors.ts'
import { planJob, type JobToPlan } from './planner/plan-job.ts'

/** The only message of the thread. */
export type Planned = { plan: TablePlan } | { error: ErrorData }

function planned(): Planned {
  try {
    return { plan: planJob(workerData as JobToPlan) }
  } catch (error) {
    return { error: toErrorData(error) }
  }
}

parentPort?.postMessage(planned())
