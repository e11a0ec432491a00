import { basename, extname, join } from 'node:path'
import { app, dialog, shell, type BrowserWindow } from 'electron'
import { StudioError, toErrorData } from '../../main/contract/errors.ts'
import { bounded } from '../../main/contract/printable.ts'
import {
  workspaceName,
  type KnownWorkspace,
  type KnownWorkspaces,
  type WorkspaceAction,
} from '../../main/contract/workspaces.ts'
import {
  forgetWorkspace,
  isThere,
  recentWorkspaces,
  recordOpened,
  workspaceId,
} from '../../main/platform/recent-workspaces.ts'
import { oneDialog } from '../dialogs.ts'
import { kindOfFolder } from './check-folder.ts'
import { openInOwnWindow } from './window-process.ts'

/** A page cannot open windows, of this program or the file manager, faster than this, whatever it sends. */
const MIN_INTERVAL_MS = 1500
const MAX_PATH_LENGTH = 1000

export interface WorkspaceSources {
  window: () => BrowserWindow
  /** The absolute path of this window's workspace. */
  current: string
  /** See FirstWorkspace. */
  missed: string | null
  /** Called after the list has changed. */
  onChange: () => void
}

/**
 * The workspaces that a person has opened. Each has a window and an engine of its own, so what trains in one goes on
 * while another is opened, and nothing has to be stopped or saved for it.
 */
export class Workspaces {
  readonly #sources: WorkspaceSources
  #missed: string | null
  #openedAt = -Infinity

  constructor(sources: WorkspaceSources) {
    this.#sources = sources
    this.#missed = sources.missed
  }

  /** Puts this window's workspace first, which the next start opens. */
  used(): void {
    recordOpened(this.#sources.current)
    this.#sources.onChange()
  }

  async list(): Promise<KnownWorkspaces> {
    const recent = await Promise.all(
      recentWorkspaces().map(async (each): Promise<KnownWorkspace> => {
        const current = each.path === this.#sources.current
        return { ...each, current, found: current || (await isThere(each.path)) }
      }),
    )
    return { recent, missed: this.#missed }
  }

  /** Returns whether it was done; false if the person cancelled. Throws StudioError with a sentence; Busy while a dialog is open. */
  readonly act = oneDialog()((action: WorkspaceAction, id: string | undefined) => this.#act(action, id))

  async #act(action: WorkspaceAction, id: string | undefined): Promise<boolean> {
    switch (action) {
      case 'open':
        return this.#openChosen('Open a workspace', null)
      case 'create':
        return this.#create()
      case 'openRecent':
        return this.#openRecent(this.#known(id))
      case 'find':
        return this.#find(this.#known(id))
      case 'reveal': {
        const path = id === undefined ? this.#sources.current : this.#known(id)
        this.#limit()
        await reveal(path)
        return true
      }
      case 'forget':
        this.#forget(workspaceId(this.#known(id)))
        return true
    }
  }

  /** Like act, for the menu, which shows what went wrong in a dialog. */
  async actFromMenu(action: WorkspaceAction, id?: string): Promise<void> {
    try {
      await this.act(action, id)
    } catch (error) {
      await dialog.showMessageBox(this.#sources.window(), {
        type: 'error',
        title: 'Workspace',
        message: toErrorData(error).message,
        buttons: ['OK'],
      })
    }
  }

  #known(id: string | undefined): string {
    const found = recentWorkspaces().find((each) => each.id === id)
    if (found) return found.path
    throw new StudioError(
      'NotFound',
      'This workspace is no longer in the list: choose File › Open Workspace.',
    )
  }

  #forget(id: string): void {
    forgetWorkspace(id)
    if (this.#missed === id) this.#missed = null
    this.#sources.onChange()
  }

  /** Asks for a folder. `replaced` is the entry of the list that the folder replaces. */
  async #openChosen(title: string, replaced: string | null): Promise<boolean> {
    const { canceled, filePaths } = await dialog.showOpenDialog(this.#sources.window(), {
      title,
      buttonLabel: 'Open',
      properties: ['openDirectory'],
    })
    const [path] = filePaths
    if (canceled || path === undefined) return false
    const kind = kindOfFolder(path)
    if (kind !== 'workspace' && replaced !== null)
      throw new StudioError('NotFound', `${path} is not a workspace: it has no studio.db.`, { file: path })
    if (kind !== 'workspace' && !(await this.#mayCreateIn(path, kind))) return false
    await this.#openWindow(path)
    if (replaced !== null) this.#forget(replaced)
    return true
  }

  async #create(): Promise<boolean> {
    const { canceled, filePath } = await dialog.showSaveDialog(this.#sources.window(), {
      title: 'New workspace',
      buttonLabel: 'Create',
      nameFieldLabel: 'Folder:',
      defaultPath: join(app.getPath('documents'), 'DLRM workspace'),
      properties: ['createDirectory'],
    })
    if (canceled || !filePath) return false
    const kind = kindOfFolder(filePath)
    if (kind === 'workspace')
      throw new StudioError(
        'AlreadyExists',
        `${filePath} is a workspace already: choose File › Open Workspace.`,
        {
          file: filePath,
        },
      )
    if (kind === 'other' && !(await this.#mayCreateIn(filePath, kind))) return false
    await this.#openWindow(filePath)
    return true
  }

  async #openRecent(path: string): Promise<boolean> {
    if (await isThere(path)) {
      this.#limit()
      await this.#openWindow(path)
      return true
    }
    const { response } = await dialog.showMessageBox(this.#sources.window(), {
      type: 'warning',
      title: 'Workspace not found',
      message: `The workspace “${bounded(workspaceName(path), 100)}” is not where it was.`,
      detail:
        `${bounded(path, MAX_PATH_LENGTH)}\n\nConnect its disk and try again, find the folder where it is now, or remove ` +
        'it from the list, which deletes no data.',
      buttons: ['Cancel', 'Find It…', 'Remove from List'],
      defaultId: 1,
      cancelId: 0,
      noLink: true,
    })
    if (response === 2) this.#forget(workspaceId(path))
    return response === 1 ? this.#find(path) : response === 2
  }

  #find(path: string): Promise<boolean> {
    return this.#openChosen(`Where is “${basename(path)}” now?`, workspaceId(path))
  }

  /** Asks before files of a workspace come into a folder that has none yet. */
  async #mayCreateIn(path: string, kind: 'empty' | 'other'): Promise<boolean> {
    const { response } = await dialog.showMessageBox(this.#sources.window(), {
      type: 'question',
      title: 'New workspace?',
      message: `Make ${bounded(basename(path), 100)} a workspace?`,
      detail:
        kind === 'empty'
          ? `${bounded(path, MAX_PATH_LENGTH)} is empty. Datasets, models and runs will be stored in it.`
          : `${bounded(path, MAX_PATH_LENGTH)} has files that do not belong to a workspace. They stay as they are, and the ` +
            'files of the workspace come beside them. An empty folder keeps things apart.',
      buttons: ['Cancel', 'Make It a Workspace'],
      defaultId: kind === 'empty' ? 1 : 0,
      cancelId: 0,
      noLink: true,
    })
    return response === 1
  }

  async #openWindow(path: string): Promise<void> {
    try {
      await openInOwnWindow(path, app.isPackaged ? null : app.getAppPath())
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new StudioError('Io', `No window could be opened for ${path}: ${reason}.`, { file: path })
    }
  }

  #limit(): void {
    const now = performance.now()
    if (now - this.#openedAt < MIN_INTERVAL_MS)
      throw new StudioError('Busy', 'Another window is being opened. Try again in a moment.')
    this.#openedAt = now
  }
}

async function reveal(path: string): Promise<void> {
  // A folder whose name has an ending may be a program to the system, as one with .app is to a Mac, and would be started.
  if (extname(path) !== '') return shell.showItemInFolder(path)
  const problem = await shell.openPath(path)
  if (problem !== '') throw new StudioError('Io', `${path} cannot be shown: ${problem}`, { file: path })
}
