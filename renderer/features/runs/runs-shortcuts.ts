import { listShortcuts } from '../../ui/row-keys.ts'

export const runsShortcuts = {
  filter: { keys: ['/'], text: 'Filter the runs' },
  create: { keys: ['n'], text: 'New run' },
}
export const runListShortcuts = {
  open: { keys: ['Enter'], text: 'Open the run' },
  ...listShortcuts('run'),
}
