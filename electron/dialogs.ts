import { basename, dirname } from 'node:path'
import { dialog, type BrowserWindow, type OpenDialogOptions } from 'electron'
import type { BackendStatus } from '../main/contract/backends.ts'
import { StudioError } from '../main/contract/errors.ts'
import { bounded } from '../main/contract/printable.ts'
import type { ReadPurpose } from '../main/contract/file-handles.ts'
import { BACKUP_LIST } from '../main/contract/upkeep.ts'
import type { ShellServices } from './bridge/answer-message.ts'
import type { EngineSupervisor } from './engine/supervisor.ts'
import { resolvedPath } from '../main/platform/resolved-path.ts'
import { requireVisible } from './security/dropped-files.ts'
import type { FileGrants } from './security/file-grants.ts'
import { hostList } from './security/host-consent.ts'
import { suggestedFileName } from './security/suggested-name.ts'

/** The maximum length of a path on most systems. */
const MAX_PATH_LENGTH = 4096
/** Pages name what a dialog is for in a few words. */
const MAX_TITLE_LENGTH = 100

export interface DialogSources {
  /** The window to which the dialogs belong. */
  window: () => BrowserWindow
  grants: FileGrants
  supervisor: Pick<EngineSupervisor, 'request'>
}

/**
 * The ways in which a person chooses files: the system's dialogs, and drops. The page receives a handle for each file.
 */
export function fileDialogs({
  window,
  grants,
  supervisor,
}: DialogSources): Pick<
  ShellServices,
  'chooseFiles' | 'chooseSavePath' | 'chooseFolder' | 'chooseFoundTensorFlow' | 'chooseDropped'
> {
  const oneAtATime = oneDialog()
  return {
    chooseFiles: oneAtATime(async ({ purpose, title, many, extensions }) => {
      const { canceled, filePaths } = await dialog.showOpenDialog(
        window(),
        openOptions(title, many, extensions),
      )
      if (canceled) return null
      const files = filePaths.slice(0, many ? filePaths.length : 1).map(granted(purpose))
      for (const file of codeIn(purpose, files)) if (!(await confirmsCode(window(), file))) return null
      return files.map((file) => grants.grant(file, purpose))
    }),
    chooseSavePath: oneAtATime(async ({ purpose, title, suggestedName }) => {
      const { canceled, filePath } = await dialog.showSaveDialog(window(), {
        title: bounded(title, MAX_TITLE_LENGTH),
        defaultPath: suggestedFileName(suggestedName, purpose),
        properties: ['showOverwriteConfirmation', 'createDirectory'],
      })
      return canceled || !filePath ? null : grants.grant(filePath, purpose)
    }),
    chooseFolder: oneAtATime(async ({ purpose, title }) => {
      const { canceled, filePaths } = await dialog.showOpenDialog(window(), {
        title: bounded(title, MAX_TITLE_LENGTH),
        properties: ['openDirectory', 'createDirectory'],
      })
      const [folder] = filePaths
      return canceled || folder === undefined ? null : grants.grant(folder, purpose)
    }),
    chooseFoundTensorFlow: oneAtATime(async () => {
      const folder = await foundTensorFlow(supervisor)
      if (folder === null || !(await confirmsCode(window(), folder))) return null
      return grants.grant(folder, 'useTensorFlow')
    }),
    chooseDropped: (paths) => {
      requireVisible(paths)
      return paths.map((path) => grants.grant(path, 'importData'))
    },
  }
}

/**
 * Wraps functions that open a dialog so that one of them runs at a time. A page that asks for more would cover the screen
 * with them, until somebody clicks anything.
 */
export function oneDialog() {
  let open = false
  return <Arguments extends unknown[], Result>(show: (...given: Arguments) => Promise<Result>) =>
    async (...given: Arguments): Promise<Result> => {
      if (open)
        throw new StudioError('Busy', 'A dialog of this window is open already: answer or close it first.')
      open = true
      try {
        return await show(...given)
      } finally {
        open = false
      }
    }
}

function openOptions(title: string, many: boolean, extensions: string[]): OpenDialogOptions {
  const shown = bounded(title, MAX_TITLE_LENGTH)
  const filters = [
    { name: shown, extensions },
    { name: 'All files', extensions: ['*'] },
  ]
  return {
    title: shown,
    properties: many ? ['openFile', 'multiSelections'] : ['openFile'],
    ...(extensions.length > 0 && { filters }),
  }
}

/**
 * The folder of the TensorFlow of this machine's Python, or null if there is none that can be used. It comes from the engine,
 * because the page could name any folder.
 */
async function foundTensorFlow(supervisor: DialogSources['supervisor']): Promise<string | null> {
  const answer = await supervisor.request('backends.status', {})
  const found = answer.ok ? (answer.body as Pick<BackendStatus, 'found'>).found : null
  return found?.usable ? found.folder : null
}

/**
 * One of TensorFlow's libraries stands for the folder of all of them, and the list of a backup that is a folder for that folder:
 * not every system has a dialog in which both a file and a folder can be chosen.
 */
const granted =
  (purpose: ReadPurpose) =>
  (file: string): string => {
    const path = resolvedPath(file)
    const standsForFolder =
      purpose === 'useTensorFlow' || (purpose === 'restoreBackup' && basename(path) === BACKUP_LIST)
    return standsForFolder ? dirname(path) : path
  }

const codeIn = (purpose: ReadPurpose, files: string[]): string[] =>
  purpose === 'useTensorFlow' || purpose === 'installTensorFlow' ? files : []

/** Another machine is logged in to with the user's own keys, so a dialog of the system asks for it, too. */
export async function confirmsHosts(window: BrowserWindow, hosts: readonly string[]): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    title: 'Log in to other machines?',
    message: hosts.length === 1 ? 'Log in to this machine?' : `Log in to these ${hosts.length} machines?`,
    detail:
      `${hostList(hosts)}\n\nDLRM Studio logs in over the remote shell as you, looks what a machine has, and starts ` +
      'ranks of a training there. Continue only if these are machines that you want to use.',
    buttons: ['Cancel', 'Log In'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  })
  return response === 1
}

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
