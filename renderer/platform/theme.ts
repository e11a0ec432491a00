/** The theme is light or dark: what the user chose in Settings, or what the system prefers. */
import { ref, watchEffect } from 'vue'

export type ThemeChoice = 'system' | 'light' | 'dark'

const KEY = 'theme'
const choices: readonly string[] = ['system', 'light', 'dark']

function remembered(): ThemeChoice {
  const stored = localStorage.getItem(KEY)
  return stored !== null && choices.includes(stored) ? (stored as ThemeChoice) : 'system'
}

export const themeChoice = ref<ThemeChoice>(remembered())
export const isDark = ref(false)

/** Follows the choice and the system from now on. */
export function startTheme(): void {
  const system = window.matchMedia('(prefers-color-scheme: dark)')
  const systemDark = ref(system.matches)
  system.addEventListener('change', (event) => (systemDark.value = event.matches))
  watchEffect(() => {
    isDark.value = themeChoice.value === 'dark' || (themeChoice.value === 'system' && systemDark.value)
    document.documentElement.classList.toggle('dark', isDark.value)
    localStorage.setItem(KEY, themeChoice.value)
  })
}
