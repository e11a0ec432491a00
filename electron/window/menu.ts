import { app, Menu, type MenuItemConstructorOptions } from 'electron'
import { appPages, settingsPage, type AppPage, type AppPageKey } from '../../main/contract/app-pages.ts'
import { workspaceName, type WorkspaceAction } from '../../main/contract/workspaces.ts'
import type { RecentWorkspace } from '../../main/platform/recent-workspaces.ts'
import { openLink } from '../security/open-link.ts'
import { showAbout } from './about.ts'

/** What the page carries out, because it knows its own screens: the key of a page of the navigation, or one of these. */
export type PageCommand =
  | 'commandPalette'
  | 'help'
  | 'importData'
  | 'newRun'
  | 'problemReport'
  | 'quickStart'
  | 'shortcuts'
  | 'tour'
  | 'updates'
  | AppPageKey

export interface MenuActions {
  sendToPage(command: PageCommand): void
  workspace(action: WorkspaceAction, id?: string): void
  restartEngine(): void
}

const separator: MenuItemConstructorOptions = { type: 'separator' }

/**
 * The native menu, with the other workspaces that were opened. Reload and the developer tools are in it only during
 * development.
 */
export function setMenu(
  actions: MenuActions,
  recent: readonly RecentWorkspace[],
  development: boolean,
): void {
  const isMac = process.platform === 'darwin'
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(isMac ? [{ role: 'appMenu' } satisfies MenuItemConstructorOptions] : []),
      {
        label: '&File',
        submenu: [...fileItems(actions, recent), separator, { role: isMac ? 'close' : 'quit' }],
      },
      { role: 'editMenu' },
      { label: '&View', submenu: viewItems(actions, development) },
      { label: '&Go', submenu: goItems(actions) },
      { role: 'windowMenu' },
      { label: '&Help', role: 'help', submenu: helpItems(actions) },
    ]),
  )
}

const MAX_RECENT = 10

function fileItems(actions: MenuActions, recent: readonly RecentWorkspace[]): MenuItemConstructorOptions[] {
  return [
    { label: 'Import Data…', accelerator: 'CmdOrCtrl+O', click: () => actions.sendToPage('importData') },
    { label: 'New Run…', accelerator: 'CmdOrCtrl+N', click: () => actions.sendToPage('newRun') },
    separator,
    { label: 'New Workspace…', click: () => actions.workspace('create') },
    { label: 'Open Workspace…', click: () => actions.workspace('open') },
    { label: 'Recent Workspaces', enabled: recent.length > 0, submenu: recentItems(actions, recent) },
    { label: 'Show Workspace in Files', click: () => actions.workspace('reveal') },
    separator,
    { label: 'Restart Engine', click: () => actions.restartEngine() },
    separator,
    {
      label: 'Settings…',
      accelerator: accelerator(settingsPage),
      click: () => actions.sendToPage('settings'),
    },
  ]
}

function recentItems(actions: MenuActions, recent: readonly RecentWorkspace[]): MenuItemConstructorOptions[] {
  return recent.slice(0, MAX_RECENT).map(({ id, path }) => ({
    // An ampersand marks the letter that chooses an item.
    label: `${workspaceName(path)} – ${path}`.replaceAll('&', '&&'),
    click: () => actions.workspace('openRecent', id),
  }))
}

function goItems(actions: MenuActions): MenuItemConstructorOptions[] {
  return appPages.map((page) => ({
    label: page.title,
    accelerator: accelerator(page),
    click: () => actions.sendToPage(page.key),
  }))
}

const accelerator = ({ keys }: AppPage): string => keys.replace('Ctrl+', 'CmdOrCtrl+')

function viewItems(actions: MenuActions, development: boolean): MenuItemConstructorOptions[] {
  return [
    { label: 'Search…', accelerator: 'CmdOrCtrl+K', click: () => actions.sendToPage('commandPalette') },
    separator,
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    separator,
    { role: 'togglefullscreen' },
    ...(development ? [separator, ...(['reload', 'toggleDevTools'] as const).map((role) => ({ role }))] : []),
  ]
}

function helpItems(actions: MenuActions): MenuItemConstructorOptions[] {
  return [
    { label: 'Help for This Page', accelerator: 'F1', click: () => actions.sendToPage('help') },
    { label: 'Keyboard Shortcuts', click: () => actions.sendToPage('shortcuts') },
    { label: 'Take the Tour', click: () => actions.sendToPage('tour') },
    { label: 'Quick Start', click: () => actions.sendToPage('quickStart') },
    separator,
    { label: 'The DLRM Paper', click: () => void openLink('https://arxiv.org/abs/1906.00091') },
    {
      label: 'About the MovieLens Data',
      click: () => void openLink('https://grouplens.org/datasets/movielens/100k/'),
    },
    separator,
    { label: 'Check for Updates…', click: () => actions.sendToPage('updates') },
    { label: 'Problem Report…', click: () => actions.sendToPage('problemReport') },
    { label: `About ${app.name}`, click: () => void showAbout() },
  ]
}
