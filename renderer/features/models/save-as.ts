import { ElMessage } from 'element-plus'
import type { WritePurpose } from '../../../main/contract/file-handles.ts'
import type { ModelDocument } from '../../../main/model/document.ts'
import { attempt } from '../../ui/confirm.ts'

/** Asks for a file that is called after the model, has it written, and tells how that went. */
export async function saveAs(
  { name }: ModelDocument,
  { title, extension, purpose }: { title: string; extension: string; purpose: WritePurpose },
  write: (out: string) => Promise<{ path: string }>,
): Promise<void> {
  await attempt(async () => {
    const suggestedName = `${name.replace(/[^\p{L}\p{N}._-]+/gu, '-')}.${extension}`
    const out = await window.studio.chooseSavePath({ purpose, title, suggestedName })
    if (out === null) return
    const { path } = await write(out.handle)
    ElMessage({ type: 'success', message: `Written to ${path}.` })
  })
}
