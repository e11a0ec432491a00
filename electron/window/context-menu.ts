import {
  clipboard,
  Menu,
  type BrowserWindow,
  type ContextMenuParams,
  type MenuItemConstructorOptions,
} from 'electron'
import { openLink } from '../security/open-link.ts'

/** The system's menu for text fields, for selected text and for external links. The page has menus of its own. */
export function offerContextMenus(window: BrowserWindow): void {
  window.webContents.on('context-menu', (_event, parameters) => {
    const items = contextMenu(parameters)
    if (items.length > 0) Menu.buildFromTemplate(items).popup({ window })
  })
}

type About = Pick<ContextMenuParams, 'isEditable' | 'editFlags' | 'selectionText' | 'linkURL'>

export function contextMenu({
  isEditable,
  editFlags,
  selectionText,
  linkURL,
}: About): MenuItemConstructorOptions[] {
  if (isEditable)
    return [
      { role: 'undo', enabled: editFlags.canUndo },
      { role: 'redo', enabled: editFlags.canRedo },
      { type: 'separator' },
      { role: 'cut', enabled: editFlags.canCut },
      { role: 'copy', enabled: editFlags.canCopy },
      { role: 'paste', enabled: editFlags.canPaste },
      { type: 'separator' },
      { role: 'selectAll', enabled: editFlags.canSelectAll },
    ]
  const copy: MenuItemConstructorOptions[] = selectionText.trim() === '' ? [] : [{ role: 'copy' }]
  if (!linkURL.startsWith('https:')) return copy
  return [
    ...copy,
    { label: 'Open Link', click: () => void openLink(linkURL) },
    { label: 'Copy Link Address', click: () => void clipboard.writeText(linkURL) },
  ]
}
