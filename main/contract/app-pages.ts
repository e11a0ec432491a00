/**
 * The pages of the navigation, in its order. The native menu, the pane, the palette and the shortcuts all follow it: Ctrl and
 * the number of a page, or `g` and its letter, open it.
 */
export interface AppPage {
  /** The command of its menu item, and its key in the navigation. */
  key: string
  title: string
  path: string
  /** The shortcut of its menu item. */
  keys: string
  /** What follows `g`. */
  letter: string
  /** Further words by which the palette finds it. */
  words: string
}

export const appPages = [
  { key: 'home', title: 'Home', path: '/', keys: 'Ctrl+1', letter: 'h', words: 'begin overview next steps' },
  {
    key: 'datasets',
    title: 'Datasets',
    path: '/datasets',
    keys: 'Ctrl+2',
    letter: 'd',
    words: 'data sample generate',
  },
  {
    key: 'models',
    title: 'Models',
    path: '/models',
    keys: 'Ctrl+3',
    letter: 'm',
    words: 'presets gallery designer',
  },
  {
    key: 'runs',
    title: 'Runs',
    path: '/runs',
    keys: 'Ctrl+4',
    letter: 'r',
    words: 'training results experiments',
  },
  {
    key: 'compare',
    title: 'Compare',
    path: '/compare',
    keys: 'Ctrl+5',
    letter: 'c',
    words: 'runs significance difference',
  },
  {
    key: 'benchmark',
    title: 'Benchmark',
    path: '/benchmark',
    keys: 'Ctrl+6',
    letter: 'b',
    words: 'speed measure operators',
  },
  {
    key: 'cluster',
    title: 'Cluster',
    path: '/cluster',
    keys: 'Ctrl+7',
    letter: 'l',
    words: 'rehearse scaling ranks hosts network mpi',
  },
] as const satisfies readonly AppPage[]

/** It stands apart from the others, at the end of the pane. */
export const settingsPage = {
  key: 'settings',
  title: 'Settings',
  path: '/settings',
  keys: 'Ctrl+,',
  letter: 's',
  words: 'theme backends tensorflow doctor licences',
} as const satisfies AppPage

export type AppPageKey = (typeof appPages)[number]['key'] | (typeof settingsPage)['key']
