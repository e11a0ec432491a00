export const helpShortcuts = {
  search: { keys: ['/'], text: 'Search the help' },
}
