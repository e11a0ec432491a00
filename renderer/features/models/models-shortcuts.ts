import { rowShortcuts } from '../../ui/row-keys.ts'

export const modelsShortcuts = {
  create: { keys: ['n'], text: 'New model on an empty canvas' },
}
export const savedModelsShortcuts = {
  find: { keys: ['/'], text: 'Find a saved model, where there are many' },
}
export const modelRowShortcuts = rowShortcuts('model')
