import { ElMessage } from 'element-plus'
import type { SavePurpose } from '../../main/contract/file-handles.ts'
import { attempt } from './confirm.ts'

interface FileWanted {
  /** The suggested file name is made from it. */
  name: string
  title: string
  extension: string
  purpose: SavePurpose
}

/** Asks for a file, has it written, and shows a message when it is saved or fails. */
export async function saveAs(
  { name, title, extension, purpose }: FileWanted,
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
