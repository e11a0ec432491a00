export const modelShortcuts = {
  save: { keys: ['Ctrl+S'], text: 'Save the model', inFields: true },
  edit: { keys: ['e'], text: 'Edit the model on the canvas' },
  train: { keys: ['t'], text: 'Train the model' },
} as const
export { graphShortcuts } from './shared/drawing/graph-shortcuts.ts'
