/** The menu of a right click, or of the keyboard's menu key, on things of the app. Text fields have the system's own. */
import { shallowRef } from 'vue'
import type { Command } from './commands.ts'

export interface OpenMenu {
  x: number
  y: number
  /** null: a line between groups. */
  items: readonly (MenuItem | null)[]
}

export type MenuItem = Pick<Command, 'id' | 'name' | 'keys' | 'run' | 'danger' | 'disabled'>

export const openMenu = shallowRef<OpenMenu | null>(null)

/** Opens it at the pointer; at the focused thing where the keyboard asked for it. */
export function showContextMenu(event: MouseEvent, items: OpenMenu['items']): void {
  event.preventDefault()
  const box = (event.currentTarget as Element | null)?.getBoundingClientRect()
  const byKeyboard = event.clientX === 0 && event.clientY === 0 && box
  openMenu.value = {
    x: byKeyboard ? box.left + 24 : event.clientX,
    y: byKeyboard ? box.top + box.height / 2 : event.clientY,
    items,
  }
}
