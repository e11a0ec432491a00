/** The order of the help's pages, and the page of the app that each is about. */
import type { HelpPage } from './help-page.ts'

export const FIRST_PAGE = 'guide-start'

const groups: readonly { title: string; pages: readonly string[] }[] = [
  {
    title: 'Guides',
    pages: [
      FIRST_PAGE,
      'guide-datasets',
      'guide-models',
      'guide-runs',
      'guide-app',
      'guide-benchmarks',
      'guide-clusters',
      'guide-tensorflow',
      'guide-settings',
      'guide-workspaces',
      'guide-backups',
      'guide-packages',
    ],
  },
  { title: 'Reference', pages: ['glossary', 'file-formats', 'security'] },
  { title: 'Results', pages: ['movielens', 'performance', 'distributed', 'crash-tests'] },
]

/** The groups with their pages that there are. Whatever is in none comes last. */
export function contentsOf(pages: readonly HelpPage[]): { title: string; pages: HelpPage[] }[] {
  const known = new Set(groups.flatMap((group) => group.pages))
  return [
    ...groups.map(({ title, pages: ids }) => ({
      title,
      pages: ids.flatMap((id) => pages.find((page) => page.id === id) ?? []),
    })),
    { title: 'More', pages: pages.filter(({ id }) => !known.has(id)) },
  ].filter((group) => group.pages.length > 0)
}

/** Where the app is that a page explains. */
export const appPageOf: Readonly<Record<string, { title: string; path: string }>> = {
  'guide-start': { title: 'Home', path: '/' },
  'guide-datasets': { title: 'Datasets', path: '/datasets' },
  'guide-models': { title: 'Models', path: '/models' },
  'guide-runs': { title: 'Runs', path: '/runs' },
  'guide-app': { title: 'Settings', path: '/settings' },
  'guide-benchmarks': { title: 'Benchmark', path: '/benchmark' },
  'guide-clusters': { title: 'Cluster', path: '/cluster' },
  'guide-tensorflow': { title: 'Settings', path: '/settings' },
  'guide-settings': { title: 'Settings', path: '/settings' },
  'guide-backups': { title: 'Trash', path: '/trash' },
}

export interface HelpPlace {
  page: string
  /** Empty for the beginning of the page. */
  section: string
}

/** A place in the help as routes name it: `guide-runs` or `guide-runs#the-list`. */
export function helpPlace(text: string): HelpPlace {
  const [page = FIRST_PAGE, section = ''] = text.split('#')
  return { page, section }
}
