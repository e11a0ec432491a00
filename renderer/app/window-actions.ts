/** What the native menu and the shortcuts of the window do, by the names that both use. */
import type { Router } from 'vue-router'
import { appPages, settingsPage } from '../../main/contract/app-pages.ts'
import { useUpdates } from '../platform/updates-store.ts'
import { openProblemReport } from '../ui/problem-report.ts'
import { openPart } from '../ui/window-parts.ts'
import { openPalette } from './palette/palette-state.ts'
import type { windowShortcuts } from './shortcuts/app-shortcuts.ts'

type Action = () => unknown
type WindowActions = Record<
  keyof typeof windowShortcuts | 'quickStart' | 'tour' | 'problemReport' | 'updates',
  Action
>

export function windowActions(router: Router): WindowActions {
  return {
    commandPalette: openPalette,
    help: () => openPart('help'),
    shortcuts: () => openPart('shortcuts'),
    tour: () => openPart('tour'),
    newRun: () => router.push('/runs/new'),
    importData: () => router.push('/import'),
    quickStart: () => router.push('/quick-start'),
    problemReport: openProblemReport,
    updates: () => Promise.all([useUpdates().act('check'), router.push('/settings?show=updates')]),
    back: () => history.back(),
    contextMenu: () => false,
  }
}

export function pageActions(router: Router): Record<string, Action> {
  return Object.fromEntries(
    [...appPages, settingsPage].map(({ key, path }) => [key, () => router.push(path)]),
  )
}
