/** What can be done from every page. */
import type { Router } from 'vue-router'
import { presetNames, presets } from '../../../main/model/presets/index.ts'
import type { Command } from '../../ui/commands.ts'
import { openShortcuts } from '../shortcuts/shortcut-state.ts'
import { themeChoice, type ThemeChoice } from '../../platform/theme.ts'
import { useSettings } from '../../platform/settings-store.ts'

const pages = [
  { to: '/', name: 'Quick start', keys: 'Ctrl+1', words: 'home begin sample movielens' },
  { to: '/datasets', name: 'Datasets', keys: 'Ctrl+2', words: 'data sample generate' },
  { to: '/models', name: 'Models', keys: 'Ctrl+3', words: 'presets gallery designer' },
  { to: '/runs', name: 'Runs', keys: 'Ctrl+4', words: 'training results experiments' },
  { to: '/compare', name: 'Compare', keys: 'Ctrl+5', words: 'runs significance difference' },
  { to: '/benchmark', name: 'Benchmark', keys: 'Ctrl+6', words: 'speed measure operators' },
  {
    to: '/cluster',
    name: 'Cluster',
    keys: 'Ctrl+7',
    words: 'rehearse scaling ranks hosts network mpi',
  },
  { to: '/settings', name: 'Settings', keys: 'Ctrl+,', words: 'theme backends tensorflow doctor licences' },
]

const actions = [
  { to: '/runs/new', name: 'New run…', keys: 'Ctrl+N', words: 'train start' },
  { to: '/import', name: 'Import data…', keys: 'Ctrl+O', words: 'csv tsv criteo dataset file open' },
  { to: '/models?ask=file', name: 'Open a model document…', words: 'import json file' },
  { to: '/models?ask=canvas', name: 'New model on an empty canvas', words: 'draw designer' },
  { to: '/models?ask=command', name: 'Model from a dlrm command line…', words: 'pytorch flags paste' },
]

const themes: { choice: ThemeChoice; name: string }[] = [
  { choice: 'light', name: 'Light theme' },
  { choice: 'dark', name: 'Dark theme' },
  { choice: 'system', name: 'Match system theme' },
]

/** The canvas has a list of its own. */
const shortcuts: Command = {
  id: 'shortcuts',
  name: 'Keyboard shortcuts',
  kind: 'Action',
  keys: '?',
  words: 'help keys',
  run: openShortcuts,
}

export function appCommands(router: Router): Command[] {
  const going = (kind: string) => (each: { to: string; name: string; keys?: string; words: string }) => ({
    ...each,
    id: `go ${each.to}`,
    kind,
    run: () => router.push(each.to),
  })
  const onCanvas = router.currentRoute.value.name === 'model-editor'
  return [
    ...(onCanvas ? [] : [shortcuts]),
    ...actions.map(going('Action')),
    ...pages.map(going('Page')),
    ...presetNames.map((preset) => ({
      id: `preset ${preset}`,
      name: `New ${presets[preset].title} model`,
      kind: 'Preset',
      words: presets[preset].summary,
      run: () => router.push({ path: '/models/new', query: { preset } }),
    })),
    ...themes
      .filter(({ choice }) => choice !== themeChoice.value)
      .map(({ choice, name }) => ({
        id: `theme ${choice}`,
        name,
        kind: 'Action',
        words: 'appearance colours mode',
        run: () => useSettings().changePerson({ theme: choice }),
      })),
  ]
}
