import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { asErrorData, ask, on } from '../../../platform/engine.ts'
import type { DatasetSummary } from '../../../../main/contract/datasets.ts'
import type { ErrorData } from '../../../../main/contract/errors.ts'
import type { DatasetManifest } from '../../../../main/contract/manifest.ts'

/** The prepared datasets of the workspace. */
export const useDatasets = defineStore('datasets', () => {
  const list = shallowRef<DatasetSummary[]>([])
  /** Those that can be read. */
  const usable = computed(() => list.value.filter((dataset) => dataset.problem === null))
  const loaded = ref(false)
  const problem = shallowRef<ErrorData | null>(null)
  const manifests = new Map<string, DatasetManifest>()

  async function refresh(): Promise<void> {
    try {
      list.value = (await ask('datasets.list', {})).datasets
      manifests.clear()
      problem.value = null
      loaded.value = true
    } catch (thrown) {
      problem.value = asErrorData(thrown)
    }
  }

  /** A dataset's manifest; the second time without asking. */
  async function manifestOf(id: string): Promise<DatasetManifest> {
    const known = manifests.get(id)
    if (known) return known
    const manifest = await ask('datasets.show', { id })
    manifests.set(id, manifest)
    return manifest
  }

  /** `force` where the user knows that runs were trained on it. */
  async function remove(id: string, { force }: { force: boolean }): Promise<void> {
    await ask('datasets.delete', { id, force })
    await refresh()
  }

  function listen(): () => void {
    const ends = [
      on('changed', (event) => {
        if (event.what === 'datasets') void refresh()
      }),
      on('engineStarted', () => void refresh()),
    ]
    return () => ends.forEach((end) => end())
  }

  return { list, usable, loaded, problem, refresh, manifestOf, remove, listen }
})
