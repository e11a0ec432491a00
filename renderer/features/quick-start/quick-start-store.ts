import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { asErrorData, ask } from '../../platform/engine.ts'
import type { ErrorCode, ErrorData } from '../../../main/contract/errors.ts'
import type { DatasetManifest } from '../../../main/contract/manifest.ts'
import { quickStart, quickStartSamples, type QuickStartSample } from '../../../main/contract/training.ts'
import { presetDocument } from '../../../main/model/presets/index.ts'
import { boundColumns } from '../datasets/shared/bound-columns.ts'
import { useDatasets } from '../datasets/shared/datasets-store.ts'
import { useJobs } from '../datasets/shared/jobs-store.ts'
import { useSettings } from '../../platform/settings-store.ts'

/** The errors of a download that a copy of the user's own would avoid. */
const missingData: readonly ErrorCode[] = ['Io', 'NotFound', 'Corrupt', 'TooLarge']

/** Installs a sample and then starts a DLRM on it, all with one click. */
export const useQuickStart = defineStore('quickStart', () => {
  const jobs = useJobs()
  const datasets = useDatasets()
  const settings = useSettings()

  const sample = ref<QuickStartSample>(quickStartSamples.real)
  /** Whether a person has chosen the sample. */
  let chosen = false
  /** Why MovieLens cannot be downloaded; null if it can, or as long as that is not known. */
  const obstacle = ref<string | null>(null)
  const step = ref<'idle' | 'checking' | 'installing' | 'starting'>('idle')
  const job = ref('')
  const problem = shallowRef<ErrorData | null>(null)
  /** Whether getting the data failed. */
  const downloadFailed = ref(false)
  const progress = computed(() => jobs.jobs.get(job.value)?.progress ?? null)

  function choose(wanted: QuickStartSample): void {
    chosen = true
    obstacle.value = null
    sample.value = wanted
  }

  const isInstalled = (name: QuickStartSample) =>
    datasets.list.some((dataset) => dataset.id === name && dataset.problem === null)

  /**
   * Whether to go on. Nobody is asked for MovieLens before a person wants it. Where it cannot be had, the data that are made
   * on the spot are chosen in its place, unless the person has chosen MovieLens, and pip may know another way.
   */
  async function check(): Promise<boolean> {
    if (chosen || isInstalled(sample.value)) return true
    step.value = 'checking'
    try {
      obstacle.value = (await ask('datasets.checkDownload', {})).problem
    } catch {
      // An engine that is being restarted says nothing about the network. The download itself will.
    }
    if (obstacle.value === null) return true
    sample.value = quickStartSamples.synthetic
    return false
  }

  async function install(localFile?: string): Promise<void> {
    await datasets.refresh()
    if (isInstalled(sample.value)) return
    step.value = 'installing'
    const options = { name: sample.value, ...(localFile !== undefined && { localFile }) } as const
    job.value = await jobs.startSample(options)
    await jobs.end(job.value)
  }

  /** Returns the id of the run, or null if it was not started: `problem` or `obstacle` says why. */
  async function start(localFile?: string): Promise<string | null> {
    problem.value = null
    downloadFailed.value = false
    try {
      if (sample.value === quickStartSamples.real && localFile === undefined && !(await check())) {
        step.value = 'idle'
        return null
      }
      await install(localFile)
    } catch (thrown) {
      const error = asErrorData(thrown)
      downloadFailed.value = sample.value === quickStartSamples.real && missingData.includes(error.code)
      problem.value = error.code === 'Cancelled' ? null : error
      step.value = 'idle'
      return null
    }
    step.value = 'starting'
    try {
      const manifest = await datasets.manifestOf(sample.value)
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
      dataset: sample.value,
      config: { ...quickStart.config, threads: settings.person.threads },
      model: presetDocument(quickStart.model, boundColumns(manifest)),
    })
  }

  async function cancel(): Promise<void> {
    if (step.value === 'installing') await jobs.cancel(job.value)
  }

  return { sample, obstacle, choose, step, problem, downloadFailed, progress, start, cancel }
})
