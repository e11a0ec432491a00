export const settingsShortcuts = {
  theme: { keys: ['t'], text: 'Next theme: light, dark, as the system' },
}
