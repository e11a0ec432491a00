import { useRouter } from 'vue-router'
import type { ErrorData } from '../../../main/contract/errors.ts'
import type { ChosenFile } from '../../../main/contract/file-handles.ts'
import type { BoundColumns, ModelDocument } from '../../../main/model/document.ts'
import { useModels } from './shared/models-store.ts'
import { readModelFile, readOpenedModel } from './read-model-file.ts'

const PAGE = '/models/new'

/** Opens documents that are not stored yet, each as a new model. */
export function useOpenModel() {
  const router = useRouter()
  const models = useModels()

  /** `columns` has what a command line says about the data, or is null. */
  async function openDocument(document: ModelDocument, columns: BoundColumns | null): Promise<void> {
    models.opened = { document, columns }
    // If the page shows such a model already, it opens the new one only for another address.
    const again = router.currentRoute.value.fullPath === PAGE
    await router.push({ path: PAGE, query: again ? { again: '' } : {} })
  }

  /** Returns null if the file is opened, or what is wrong with it, and then changes nothing. */
  const openFile = (file: File) => openRead(readModelFile(file))
  /** The same for a file that was opened from outside of the window. */
  const openOpened = (file: ChosenFile) => openRead(readOpenedModel(file))

  async function openRead(reading: ReturnType<typeof readModelFile>): Promise<ErrorData | null> {
    const answer = await reading
    if ('problem' in answer) return answer.problem
    await openDocument(answer.document, null)
    return null
  }

  return { openDocument, openFile, openOpened }
}
