import { dirname } from 'node:path'
import { dialog, type BrowserWindow, type OpenDialogOptions } from 'electron'
import { bounded } from '../main/contract/printable.ts'
import type { ReadPurpose } from '../main/contract/file-handles.ts'
import type { ShellServices } from './bridge/answer-message.ts'
import type { FileGrants } from './security/file-grants.ts'
import { bareFileName } from './security/suggested-name.ts'

/** The maximum length of a path on most systems. */
const MAX_PATH_LENGTH = 4096

export interface DialogSources {
  /** The window to which the dialogs belong. */
  window: () => BrowserWindow
  grants: FileGrants
  /** The folder of the TensorFlow of this machine's Python, or null if there is none that can be used. */
  findTensorFlow: () => Promise<string | null>
}

/**
 * The ways in which a person chooses files: the system's dialogs, and drops. The page receives a handle for each file.
 */
export function fileDialogs({
  window,
  grants,
  findTensorFlow,
}: DialogSources): Pick<
  ShellServices,
  'chooseFiles' | 'chooseSavePath' | 'chooseFoundTensorFlow' | 'chooseDropped'
> {
  return {
    async chooseFiles({ purpose, title, many, extensions }) {
      const { canceled, filePaths } = await dialog.showOpenDialog(
        window(),
        openOptions(title, many, extensions),
      )
      if (canceled) return null
      const files = filePaths.slice(0, many ? filePaths.length : 1).map(granted(purpose))
      for (const file of codeIn(purpose, files)) if (!(await confirmsCode(window(), file))) return null
      return files.map((file) => grants.grant(file, purpose))
    },
    async chooseSavePath({ purpose, title, suggestedName }) {
      const { canceled, filePath } = await dialog.showSaveDialog(window(), {
        title,
        defaultPath: bareFileName(suggestedName),
        properties: ['showOverwriteConfirmation', 'createDirectory'],
      })
      return canceled || !filePath ? null : grants.grant(filePath, purpose)
    },
    async chooseFoundTensorFlow() {
      const folder = await findTensorFlow()
      if (folder === null || !(await confirmsCode(window(), folder))) return null
      return grants.grant(folder, 'useTensorFlow')
    },
    chooseDropped: (paths) => paths.map((path) => grants.grant(path, 'importData')),
  }
}

function openOptions(title: string, many: boolean, extensions: string[]): OpenDialogOptions {
  const filters = [
    { name: title, extensions },
    { name: 'All files', extensions: ['*'] },
  ]
  return {
    title,
    properties: many ? ['openFile', 'multiSelections'] : ['openFile'],
    ...(extensions.length > 0 && { filters }),
  }
}

/** The person chooses one of TensorFlow's libraries, which stands for the folder of all of them. */
const granted = (purpose: ReadPurpose) => (file: string) =>
  purpose === 'useTensorFlow' ? dirname(file) : file

const codeIn = (purpose: ReadPurpose, files: string[]): string[] =>
  purpose === 'useTensorFlow' || purpose === 'installTensorFlow' ? files : []

/** Native code can do everything that the user can, so a dialog of the system asks for it, which no page can answer. */
async function confirmsCode(window: BrowserWindow, folder: string): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    title: 'Load native code?',
    message: 'Load native code from this place?',
    detail:
      // A path can contain line breaks, which would make it look like a part of the message.
      `${bounded(folder, MAX_PATH_LENGTH)}\n\nDLRM Studio will run the libraries in it as you, with access to all your files. ` +
      'Continue only if you chose this place yourself and trust where its files came from.',
    buttons: ['Cancel', 'Load'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  })
  return response === 1
}
