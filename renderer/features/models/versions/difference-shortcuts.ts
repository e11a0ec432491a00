export const differenceShortcuts = {
  swap: { keys: ['x'], text: 'Swap the two versions' },
}
export { graphShortcuts } from '../shared/drawing/graph-shortcuts.ts'
