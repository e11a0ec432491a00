import { rowShortcuts } from '../../ui/row-keys.ts'

export const datasetsShortcuts = {
  find: { keys: ['/'], text: 'Find datasets' },
  create: { keys: ['n'], text: 'New dataset: import files' },
}
export const datasetRowShortcuts = rowShortcuts('dataset')
