import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { asErrorData, ask, on } from '../../app/engine.ts'
import type { ErrorData } from '../../../main/contract/errors.ts'
import type { SavedModel } from '../../../main/contract/requests.ts'
import type { BoundColumns, ModelDocument } from '../../../main/model/document.ts'

/** The models saved in the workspace. */
export const useModels = defineStore('models', () => {
  const list = shallowRef<SavedModel[]>([])
  const loaded = ref(false)
  const problem = shallowRef<ErrorData | null>(null)
  /** A document opened from a file or a command line, on its way to the designer, with the columns that one gives. */
  const opened = shallowRef<{ document: ModelDocument; columns: BoundColumns | null } | null>(null)

  async function refresh(): Promise<void> {
    try {
      list.value = (await ask('models.list', {})).models
      problem.value = null
      loaded.value = true
    } catch (thrown) {
      problem.value = asErrorData(thrown)
    }
  }

  /** id is null for a new model. */
  async function save(id: string | null, document: ModelDocument): Promise<SavedModel> {
    const saved = await ask('models.save', { id, document })
    await refresh()
    return saved
  }

  async function remove(id: string): Promise<void> {
    await ask('models.delete', { id })
    await refresh()
  }

  function listen(): () => void {
    const ends = [
      on('changed', (event) => {
        if (event.what === 'models') void refresh()
      }),
      on('engineStarted', () => void refresh()),
    ]
    return () => ends.forEach((end) => end())
  }

  return { list, loaded, problem, opened, refresh, save, remove, listen }
})
