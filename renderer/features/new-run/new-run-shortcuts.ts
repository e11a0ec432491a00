export const newRunShortcuts = {
  start: { keys: ['Ctrl+Enter'], text: 'Start the run', inFields: true },
} as const
