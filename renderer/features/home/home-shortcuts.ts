export const homeShortcuts = {
  create: { keys: ['n'], text: 'New run' },
  import: { keys: ['i'], text: 'Import data' },
}
