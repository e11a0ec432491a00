/** All pages of docs/, compiled. They are a bundle of their own, which is loaded when somebody opens the help. */
import type { HelpPage } from './help-page.ts'

export const helpPages: HelpPage[] = Object.values(
  import.meta.glob<HelpPage>('../../../docs/*.md', { eager: true, import: 'default' }),
)
