export const runShortcuts = {
  pause: { keys: ['p'], text: 'Pause the run, or resume it' },
  duplicate: { keys: ['d'], text: 'Duplicate: a new run with these settings' },
  compare: { keys: ['c'], text: 'Compare the run with others' },
}
export const runPartsShortcuts = {
  previous: { keys: ['['], text: 'Previous part: results, settings, model, …' },
  next: { keys: [']'], text: 'Next part' },
}
export { graphShortcuts } from '../models/shared/drawing/graph-shortcuts.ts'
