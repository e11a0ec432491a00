/** The menu of a right click, or of the keyboard's menu key, on things of the app. Text fields have the system's own. */
import { shallowRef } from 'vue'
import type { Command } from './commands.ts'

export interface OpenMenu {
  /** In pixels of the window. */
  x: number
  y: number
  /** What it acts on; a screen reader says it. */
  label: string
  items: readonly MenuEntry[]
}

export type MenuItem = Pick<Command, 'name' | 'keys' | 'run' | 'danger' | 'disabled'>
/** null: a line between groups. */
export type MenuEntry = MenuItem | null

export const openMenu = shallowRef<OpenMenu | null>(null)

/** Opens it at the pointer; at the focused thing where the keyboard asked for it. */
export function showContextMenu(event: MouseEvent, label: string, items: readonly MenuEntry[]): void {
  event.preventDefault()
  const box = (event.currentTarget as Element | null)?.getBoundingClientRect()
  const byKeyboard = event.clientX === 0 && event.clientY === 0 && box
  openMenu.value = {
    x: byKeyboard ? box.left + 24 : event.clientX,
    y: byKeyboard ? box.top + box.height / 2 : event.clientY,
    ...{ label, items },
  }
}
