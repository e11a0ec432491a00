import { ask } from '../../platform/engine.ts'
import type { ModelDocument } from '../../../main/model/document.ts'
import { saveAs } from '../../ui/save-as.ts'

/** Asks for a file, writes the document to it, and shows a message when it is saved or fails. */
export function exportModel(document: ModelDocument): Promise<void> {
  const file = { title: 'Export the model document', extension: 'json', purpose: 'exportModel' } as const
  return saveAs({ name: document.name, ...file }, (out) => ask('models.export', { document, out }))
}
