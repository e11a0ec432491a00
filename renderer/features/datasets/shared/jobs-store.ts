import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { ask, on } from '../../../platform/engine.ts'
import type {
  GenerateRequest,
  ImportOutcome,
  ImportRequest,
  JobProgress,
  SampleOptions,
} from '../../../../main/contract/datasets.ts'
import type { Remedy } from '../../../../main/contract/remedies.ts'
import type { ErrorData } from '../../../../main/contract/errors.ts'
import type { DatasetJob } from '../../../../main/contract/datasets.ts'

const gone: ErrorData = {
  code: 'EngineGone',
  message: 'The engine stopped during the import; nothing was kept of it. Start the import again.',
}

/** Holds the imports and sample installations of this session with their progress. */
export const useJobs = defineStore('jobs', () => {
  const jobs = shallowRef(new Map<string, DatasetJob>())
  /** The samples requested in this window, which can be tried again with the same options. */
  const samples = new Map<string, SampleOptions>()
  const dismissed = new Set<string>()
  const waiting = new Map<
    string,
    { resolve: (outcome: ImportOutcome) => void; reject: (error: ErrorData) => void }
  >()
  let enginesLost = 0

  const inState = (state: JobProgress['state']) =>
    [...jobs.value.values()].filter((job) => job.progress.state === state)
  const running = computed(() => inState('running'))
  const failed = computed(() => inState('failed').filter((job) => job.error !== null))

  function put(job: DatasetJob): void {
    if (dismissed.has(job.progress.job)) return
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

  /** Resolves to the result of a job, or rejects with its ErrorData. */
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

  /** Imports a dataset's files again under another name, with remedies for what was rejected. */
  async function startImportAgain(id: string, name: string, remedies: Remedy[]): Promise<string> {
    return (await ask('datasets.importAgain', { id, name, remedies })).job
  }

  async function startSample(options: SampleOptions): Promise<string> {
    const { job } = await ask('datasets.installSample', options)
    samples.set(job, options)
    return job
  }

  async function startGenerate(request: GenerateRequest): Promise<string> {
    return (await ask('datasets.generate', request)).job
  }

  /** Gives the options of a sample's job. Imports and jobs of an earlier page have none. */
  function sampleOf(id: string): SampleOptions | undefined {
    return samples.get(id)
  }

  async function cancel(id: string): Promise<void> {
    await ask('jobs.cancel', { job: id })
  }

  /** Removes a finished job from the list. */
  function dismiss(id: string): void {
    dismissed.add(id)
    const rest = new Map(jobs.value)
    rest.delete(id)
    jobs.value = rest
  }

  /** Marks the running jobs as lost. They get other ids, because the next engine counts its jobs from 1 again. */
  function onEngineGone(): void {
    enginesLost++
    const lost = running.value.map((job) => {
      const id = `lost-${enginesLost}-${job.progress.job}`
      const options = samples.get(job.progress.job)
      if (options) samples.set(id, options)
      const progress = { ...job.progress, job: id, state: 'failed' as const }
      return [id, { progress, outcome: null, error: gone }] as const
    })
    const kept = [...jobs.value].filter(([id]) => id.startsWith('lost-'))
    jobs.value = new Map([...kept, ...lost])
    dismissed.clear()
    for (const waiter of waiting.values()) waiter.reject(gone)
    waiting.clear()
  }

  function listen(): () => void {
    const ends = [on('job', (event) => onProgress(event.progress)), on('engineGone', onEngineGone)]
    return () => ends.forEach((stop) => stop())
  }

  return {
    jobs,
    running,
    failed,
    refresh,
    end,
    startImport,
    startImportAgain,
    startSample,
    startGenerate,
    sampleOf,
    cancel,
    dismiss,
    listen,
  }
})
