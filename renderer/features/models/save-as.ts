import { ElMessage } from 'element-plus'
import type { ModelDocument } from '../../../main/model/document.ts'
import { attempt } from '../../ui/confirm.ts'

/** Asks for a file that is called after the model, has it written, and tells how that went. */
export async function saveAs(
  { name }: ModelDocument,
  { title, extension }: { title: string; extension: string },
  write: (out: string) => Promise<{ path: string }>,
): Promise<void> {
  await attempt(async () => {
    const suggestedName = `${name.replace(/[^\p{L}\p{N}._-]+/gu, '-')}.${extension}`
    const out = await window.studio.chooseSavePath({ title, suggestedName })
    if (out === null) return
    const { path } = await write(out)
    ElMessage({ type: 'success', message: `Written to ${path}.` })
  })
}
