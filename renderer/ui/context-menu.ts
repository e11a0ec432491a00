/** The menu of a right click or of the menu key on elements of the app. Text fields have the system's own. */
import { shallowRef } from 'vue'
import type { Command } from './commands.ts'

export interface OpenMenu {
  /** The position in pixels of the window. */
  x: number
  y: number
  /** Names what it acts on for screen readers. */
  label: string
  items: readonly MenuEntry[]
}

export type MenuItem = Pick<Command, 'name' | 'keys' | 'run' | 'danger' | 'disabled'>
/** null draws a line between groups. */
export type MenuEntry = MenuItem | null

export const openMenu = shallowRef<OpenMenu | null>(null)

/** Opens the menu at the pointer, or at the focused element if the keyboard asked for it. */
export function showContextMenu(event: MouseEvent, label: string, items: readonly MenuEntry[]): void {
  event.preventDefault()
  const box = (event.currentTarget as Element | null)?.getBoundingClientRect()
  const byKeyboard = event.clientX === 0 && event.clientY === 0 && box
  openMenu.value = {
    x: byKeyboard ? box.left + 24 : event.clientX,
    y: byKeyboard ? box.top + box.height / 2 : event.clientY,
    label,
    items,
  }
}
