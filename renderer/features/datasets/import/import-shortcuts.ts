export const importShortcuts = {
  next: { keys: ['Ctrl+Enter'], text: 'Next step; at the last one, import', inFields: true },
} as const
