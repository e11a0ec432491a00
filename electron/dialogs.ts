import { dialog, type BrowserWindow } from 'electron'
import type { ShellServices } from './bridge/answer-message.ts'

/** The system's file dialogs, on top of the given window. */
export function fileDialogs(
  window: () => BrowserWindow,
): Pick<ShellServices, 'chooseFiles' | 'chooseSavePath'> {
  return {
    async chooseFiles({ title, many, extensions }) {
      const { canceled, filePaths } = await dialog.showOpenDialog(window(), {
        title,
        properties: many ? ['openFile', 'multiSelections'] : ['openFile'],
        ...(extensions.length > 0 && {
          filters: [
            { name: title, extensions },
            { name: 'All files', extensions: ['*'] },
          ],
        }),
      })
      return canceled ? null : filePaths
    },
    async chooseSavePath({ title, suggestedName }) {
      const { canceled, filePath } = await dialog.showSaveDialog(window(), {
        title,
        defaultPath: suggestedName,
      })
      return canceled || !filePath ? null : filePath
    },
  }
}
