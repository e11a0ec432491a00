/** Has a job planned without keeping this thread busy: a thousand tables on many ranks take seconds. */
import { Worker } from 'node:worker_threads'
import { StudioError, toErrorData } from '../contract/errors.ts'
import type { TablePlan } from '../contract/table-plan.ts'
import { bundleFile } from '../training/worker-process.ts'
import type { Planned } from './planner-thread.ts'
import type { JobToPlan } from './planner/plan-job.ts'

/** Rejects with what planJob throws. */
export function planInThread(job: JobToPlan): Promise<TablePlan> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(bundleFile('planner'), { workerData: job })
    thread.once('message', (planned: Planned) => {
      if ('plan' in planned) return resolve(planned.plan)
      const { code, message, ...details } = planned.error
      reject(new StudioError(code, message, details))
    })
    thread.once('error', (error) => reject(new StudioError('Internal', toErrorData(error).message)))
  })
}
