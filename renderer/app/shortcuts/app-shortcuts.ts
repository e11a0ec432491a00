/** The shortcuts of every page. */
import { appPages, settingsPage } from '../../../main/contract/app-pages.ts'
import type { ShortcutDefinition } from '../../ui/shortcut-keys.ts'

/** The native menu has those with Ctrl and F1 as well, where they are shown beside its items. */
export const windowShortcuts = {
  commandPalette: {
    keys: ['Ctrl+K'],
    text: 'Search pages, actions, models, datasets and runs',
    inFields: true,
  },
  help: { keys: ['F1'], text: 'Help for this page', inFields: true },
  shortcuts: { keys: ['?'], text: 'This list' },
  newRun: { keys: ['Ctrl+N'], text: 'New run', inFields: true },
  importData: { keys: ['Ctrl+O'], text: 'Import data', inFields: true },
  back: { keys: ['Alt+ArrowLeft'], text: 'Back to the previous page', inFields: true },
  // The system opens it; the list says so.
  contextMenu: { keys: ['Shift+F10'], text: 'Context menu of the focused item' },
} satisfies Record<string, ShortcutDefinition>

/** The keys of the pages by their names. */
export const pageShortcuts: Record<string, ShortcutDefinition> = Object.fromEntries(
  [...appPages, settingsPage].map(({ key, title, keys, letter }) => [
    key,
    { keys: [`g ${letter}`, keys], text: `Go to ${title}` },
  ]),
)
