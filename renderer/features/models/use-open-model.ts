import { useRouter } from 'vue-router'
import type { ErrorData } from '../../../main/contract/errors.ts'
import type { BoundColumns, ModelDocument } from '../../../main/model/document.ts'
import { useModels } from './shared/models-store.ts'
import { readModelFile } from './read-model-file.ts'

const PAGE = '/models/new'

/** Opens documents that are stored nowhere yet, each as a new model. */
export function useOpenModel() {
  const router = useRouter()
  const models = useModels()

  /** `columns`: what a command line tells of the data, else null. */
  async function openDocument(document: ModelDocument, columns: BoundColumns | null): Promise<void> {
    models.opened = { document, columns }
    // Where the page shows such a model already, only another address makes it look again.
    const again = router.currentRoute.value.fullPath === PAGE
    await router.push({ path: PAGE, query: again ? { again: '' } : {} })
  }

  /** Gives what is wrong with the file, and then changes nothing; null where it is opened. */
  async function openFile(file: File): Promise<ErrorData | null> {
    const answer = await readModelFile(file)
    if ('problem' in answer) return answer.problem
    await openDocument(answer.document, null)
    return null
  }

  return { openDocument, openFile }
}
