/** The theme is light or dark: what the user chose in Settings, or what the system prefers. */
import { readonly, ref, watchEffect } from 'vue'
import type { PersonSettings } from '../../main/contract/settings.ts'

export type ThemeChoice = PersonSettings['theme']

const choice = ref<ThemeChoice>('system')
/** Only the settings change it. The shell gives the page the chosen theme as the system's before they are read. */
export const themeChoice = readonly(choice)
export const isDark = ref(false)

/** Shows a theme that the settings have. `useSettings().changePerson({ theme })` chooses one. */
export function showTheme(theme: ThemeChoice): void {
  choice.value = theme
}

/** Follows the choice and the system from now on. */
export function startTheme(): void {
  const system = window.matchMedia('(prefers-color-scheme: dark)')
  const systemDark = ref(system.matches)
  system.addEventListener('change', (event) => (systemDark.value = event.matches))
  watchEffect(() => {
    isDark.value = themeChoice.value === 'dark' || (themeChoice.value === 'system' && systemDark.value)
    document.documentElement.classList.toggle('dark', isDark.value)
  })
}
