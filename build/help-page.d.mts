import type { Plugin } from 'vite'
import type { HelpPage } from '../renderer/features/help/help-page.ts'

export function slugOf(text: string): string
export function compileHelpPage(
  markdown: string,
  file: string,
): { page: Omit<HelpPage, 'images'>; images: string[]; problems: string[] }
export function helpPages(): Plugin
