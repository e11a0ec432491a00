/** Has jobs planned and rehearsed without keeping this thread busy: many tables on many ranks take seconds. */
import { Worker } from 'node:worker_threads'
import { StudioError, toErrorData } from '../contract/errors.ts'
import type { TablePlan } from '../contract/table-plan.ts'
import { bundleFile } from '../training/worker-process.ts'
import type { Answer, Task } from './planner-thread.ts'
import type { JobToPlan } from './planner/plan-job.ts'
import type { RehearsedScalings } from './rehearsal/rehearse.ts'

/** Rejects with what planJob throws. */
export const planInThread = (job: JobToPlan) => inThread<TablePlan>({ kind: 'plan', job })

/** Rejects with what rehearse throws. */
export const rehearseInThread = (task: Omit<Extract<Task, { kind: 'rehearse' }>, 'kind'>) =>
  inThread<RehearsedScalings>({ kind: 'rehearse', ...task })

function inThread<Value extends TablePlan | RehearsedScalings>(task: Task): Promise<Value> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(bundleFile('planner'), { workerData: task })
    thread.once('message', (answer: Answer) => {
      if ('value' in answer) return resolve(answer.value as Value)
      const { code, message, ...details } = answer.error
      reject(new StudioError(code, message, details))
    })
    thread.once('error', (error) => reject(new StudioError('Internal', toErrorData(error).message)))
  })
}
