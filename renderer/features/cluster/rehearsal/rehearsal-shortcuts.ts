export const rehearsalShortcuts = {
  scaling: { keys: ['x'], text: 'Switch between strong and weak scaling' },
  scale: { keys: ['s'], text: 'Switch between milliseconds and shares' },
}
