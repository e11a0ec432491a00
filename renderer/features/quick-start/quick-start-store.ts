import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { asErrorData, ask } from '../../platform/engine.ts'
import type { ErrorCode, ErrorData } from '../../../main/contract/errors.ts'
import type { DatasetManifest } from '../../../main/contract/manifest.ts'
import { quickStart } from '../../../main/contract/training.ts'
import { presetDocument } from '../../../main/model/presets/index.ts'
import { boundColumns } from '../datasets/shared/bound-columns.ts'
import { useDatasets } from '../datasets/shared/datasets-store.ts'
import { useJobs } from '../datasets/shared/jobs-store.ts'

/** The errors of a download that a copy of the user's own would avoid. */
const missingData: readonly ErrorCode[] = ['Io', 'NotFound', 'Corrupt', 'TooLarge']

/** Installs MovieLens 100K and then starts a DLRM on it, all with one click. */
export const useQuickStart = defineStore('quickStart', () => {
  const jobs = useJobs()
  const datasets = useDatasets()

  const step = ref<'idle' | 'installing' | 'starting'>('idle')
  const job = ref('')
  const problem = shallowRef<ErrorData | null>(null)
  /** Whether getting the data failed. */
  const downloadFailed = ref(false)
  const progress = computed(() => jobs.jobs.get(job.value)?.progress ?? null)

  async function install(localFile?: string): Promise<void> {
    await datasets.refresh()
    if (datasets.list.some((dataset) => dataset.id === quickStart.dataset && dataset.problem === null)) return
    step.value = 'installing'
    const options = { name: quickStart.dataset, ...(localFile !== undefined && { localFile }) } as const
    job.value = await jobs.startSample(options)
    await jobs.end(job.value)
  }

  /** Returns the id of the run, or null if it failed and `problem` says why. */
  async function start(localFile?: string): Promise<string | null> {
    problem.value = null
    downloadFailed.value = false
    try {
      await install(localFile)
    } catch (thrown) {
      const error = asErrorData(thrown)
      downloadFailed.value = missingData.includes(error.code)
      problem.value = error.code === 'Cancelled' ? null : error
      step.value = 'idle'
      return null
    }
    step.value = 'starting'
    try {
      const manifest = await datasets.manifestOf(quickStart.dataset)
      return (await startRun(manifest)).id
    } catch (thrown) {
      problem.value = asErrorData(thrown)
      return null
    } finally {
      step.value = 'idle'
    }
  }

  function startRun(manifest: DatasetManifest) {
    return ask('runs.start', {
      ...quickStart,
      model: presetDocument(quickStart.model, boundColumns(manifest)),
    })
  }

  async function cancel(): Promise<void> {
    if (step.value === 'installing') await jobs.cancel(job.value)
  }

  return { step, problem, downloadFailed, progress, start, cancel }
})
