import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { ask, on } from '../../app/engine.ts'
import type {
  ImportOutcome,
  ImportRequest,
  JobProgress,
  SampleOptions,
} from '../../../main/contract/datasets.ts'
import type { ErrorData } from '../../../main/contract/errors.ts'
import type { Job } from '../../../main/contract/requests.ts'

const gone: ErrorData = {
  code: 'EngineGone',
  message: 'The engine stopped during the import; nothing was kept of it. Start the import again.',
}

/** Imports and sample installations of this session, with their progress. */
export const useJobs = defineStore('jobs', () => {
  const jobs = shallowRef(new Map<string, Job>())
  const waiting = new Map<
    string,
    { resolve: (outcome: ImportOutcome) => void; reject: (error: ErrorData) => void }
  >()

  const running = computed(() => [...jobs.value.values()].filter((job) => job.progress.state === 'running'))

  function put(job: Job): void {
    jobs.value = new Map(jobs.value).set(job.progress.job, job)
    const waiter = waiting.get(job.progress.job)
    if (!waiter || job.progress.state === 'running') return
    if (job.outcome) waiter.resolve(job.outcome)
    else if (job.error) waiter.reject(job.error)
    else return
    waiting.delete(job.progress.job)
  }

  async function refresh(): Promise<void> {
    const answer = await ask('jobs.list', {}).catch(() => null)
    answer?.jobs.forEach(put)
  }

  function onProgress(progress: JobProgress): void {
    put({ outcome: null, error: null, ...jobs.value.get(progress.job), progress })
    if (progress.state !== 'running') void refresh()
  }

  /** What a job ends with; rejects with its ErrorData. */
  function end(id: string): Promise<ImportOutcome> {
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      const known = jobs.value.get(id)
      if (known && known.progress.state !== 'running') put(known)
      void refresh()
    })
  }

  async function startImport(request: ImportRequest): Promise<string> {
    return (await ask('datasets.import', request)).job
  }

  async function startSample(options: SampleOptions): Promise<string> {
    return (await ask('datasets.installSample', options)).job
  }

  async function cancel(id: string): Promise<void> {
    await ask('jobs.cancel', { job: id })
  }

  function onEngineGone(): void {
    for (const waiter of waiting.values()) waiter.reject(gone)
    waiting.clear()
    jobs.value = new Map()
  }

  function listen(): () => void {
    const ends = [on('job', (event) => onProgress(event.progress)), on('engineGone', onEngineGone)]
    return () => ends.forEach((stop) => stop())
  }

  return { jobs, running, refresh, end, startImport, startSample, cancel, listen }
})
