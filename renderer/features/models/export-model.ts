import { ElMessage } from 'element-plus'
import { ask } from '../../app/engine.ts'
import type { ModelDocument } from '../../../main/model/document.ts'
import { attempt } from '../../ui/confirm.ts'

/** Asks for a file and writes the document to it; tells how that went. */
export async function exportModel(document: ModelDocument): Promise<void> {
  await attempt(async () => {
    const name = document.name.replace(/[^\p{L}\p{N}._-]+/gu, '-')
    const out = await window.studio.chooseSavePath({
      title: 'Export the model document',
      suggestedName: `${name}.json`,
    })
    if (out === null) return
    const { path } = await ask('models.export', { document, out })
    ElMessage({ type: 'success', message: `Written to ${path}.` })
  })
}
