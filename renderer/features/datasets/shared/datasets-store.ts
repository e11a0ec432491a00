import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { asErrorData, ask, on } from '../../../platform/engine.ts'
import { useReportedChanges } from '../../../platform/reported-changes.ts'
import { offerUndo } from '../../trash/shared/undo-notice.ts'
import type { DatasetSummary } from '../../../../main/contract/datasets.ts'
import type { ErrorData } from '../../../../main/contract/errors.ts'
import type { EngineEvent } from '../../../../main/contract/events.ts'
import type { DatasetManifest } from '../../../../main/contract/manifest.ts'

type DatasetsChanged = Extract<EngineEvent, { kind: 'changed'; what: 'datasets' }>

/** The prepared datasets of the workspace. */
export const useDatasets = defineStore('datasets', () => {
  const list = shallowRef<DatasetSummary[]>([])
  /** The datasets that can be read. */
  const usable = computed(() => list.value.filter((dataset) => dataset.problem === null))
  const loaded = ref(false)
  const problem = shallowRef<ErrorData | null>(null)
  const manifests = new Map<string, DatasetManifest>()

  const reported = useReportedChanges(patch)

  const refresh = () => reported.read(readList)

  async function readList(): Promise<void> {
    try {
      list.value = (await ask('datasets.list', {})).datasets
      manifests.clear()
      problem.value = null
      loaded.value = true
    } catch (thrown) {
      problem.value = asErrorData(thrown)
    }
  }

  /** Newest first, as the engine lists them. */
  function patch({ changed, removed }: DatasetsChanged): void {
    const gone = new Set([...removed, ...changed.map(({ id }) => id)])
    for (const id of gone) manifests.delete(id)
    list.value = [...list.value.filter(({ id }) => !gone.has(id)), ...changed].sort(
      (a, b) => b.createdAt.localeCompare(a.createdAt) || a.id.localeCompare(b.id),
    )
  }

  /** A dataset's manifest; the second time without asking. */
  async function manifestOf(id: string): Promise<DatasetManifest> {
    const known = manifests.get(id)
    if (known) return known
    const manifest = await ask('datasets.show', { id })
    manifests.set(id, manifest)
    return manifest
  }

  /** Moves a dataset to the trash. `force` also deletes one on which runs were trained. */
  async function remove(id: string, { force }: { force: boolean }): Promise<void> {
    const { trashed } = await ask('datasets.delete', { id, force })
    if (trashed !== null) offerUndo(id, [{ kind: 'dataset', id: trashed }])
  }

  function listen(): () => void {
    const ends = [
      on('changed', (event) => {
        if (event.what === 'datasets') reported.take(event)
      }),
      on('engineStarted', () => void refresh()),
    ]
    return () => ends.forEach((end) => end())
  }

  return { list, usable, loaded, problem, refresh, manifestOf, remove, listen }
})
