export const datasetShortcuts = {
  train: { keys: ['t'], text: 'Train a model on this dataset' },
}
export const columnsShortcuts = {
  find: { keys: ['/'], text: 'Find columns' },
}
export const columnRowShortcuts = {
  move: { keys: ['ArrowUp', 'ArrowDown'], text: 'Go to another column' },
}
