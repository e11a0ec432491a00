export const compareShortcuts = {
  add: { keys: ['/'], text: 'Find a run to add' },
}
