/** Holds the dataset against whose columns the open model is checked. */
import { computed, ref, shallowRef, watch } from 'vue'
import type { DatasetManifest } from '../../../../main/contract/manifest.ts'
import { boundColumns } from '../../datasets/shared/bound-columns.ts'
import { useDatasets } from '../../datasets/shared/datasets-store.ts'
import { suits } from '../document-columns.ts'
import type { Editor } from './use-editor.ts'

export function useEditorDataset(editor: Editor) {
  const datasets = useDatasets()
  /** The dataset's id, or '' if there is none. */
  const dataset = ref('')
  const manifest = shallowRef<DatasetManifest | null>(null)
  const trainRows = computed(() => manifest.value?.splits.train.rows ?? 0)

  watch(dataset, async (id) => {
    const answer = id === '' ? null : await datasets.manifestOf(id)
    if (dataset.value !== id) return
    manifest.value = answer
    editor.columns = answer && boundColumns(answer)
  })

  async function load(): Promise<void> {
    if (!datasets.loaded) await datasets.refresh()
  }

  /** Chooses a dataset. null chooses the first that has the model's columns, or the first of all. */
  async function choose(id: string | null): Promise<void> {
    dataset.value = id ?? (await firstSuiting())
  }

  async function firstSuiting(): Promise<string> {
    for (const { id } of datasets.usable)
      if (editor.document && suits(editor.document, boundColumns(await datasets.manifestOf(id)))) return id
    return datasets.usable[0]?.id ?? ''
  }

  return { dataset, manifest, trainRows, load, choose }
}
