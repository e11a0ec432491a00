/** What can be done from every page. */
import type { Router } from 'vue-router'
import { appPages, settingsPage } from '../../../main/contract/app-pages.ts'
import { presetNames, presets } from '../../../main/model/presets/index.ts'
import type { Command } from '../../ui/commands.ts'
import { openProblemReport } from '../../ui/problem-report.ts'
import { openPart } from '../../ui/window-parts.ts'
import { themeChoice, type ThemeChoice } from '../../platform/theme.ts'
import { useSettings } from '../../platform/settings-store.ts'

const pages = [
  ...[...appPages, settingsPage].map(({ path, title, keys, words }) => ({
    to: path,
    name: title,
    keys,
    words,
  })),
  { to: '/quick-start', name: 'Quick start', words: 'begin sample movielens first' },
  { to: '/help', name: 'Help', words: 'documentation guide manual read' },
  { to: '/trash', name: 'Trash', words: 'deleted undo restore recycle bin' },
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

const helpers: Command[] = [
  {
    id: 'help here',
    name: 'Help for this page',
    kind: 'Action',
    keys: 'F1',
    words: 'documentation guide manual explain',
    run: () => openPart('help'),
  },
  {
    id: 'shortcuts',
    name: 'Keyboard shortcuts',
    kind: 'Action',
    keys: '?',
    words: 'help keys',
    run: () => openPart('shortcuts'),
  },
  {
    id: 'tour',
    name: 'Take the tour',
    kind: 'Action',
    words: 'help introduction guide first steps',
    run: () => openPart('tour'),
  },
]

const report: Command = {
  id: 'problem report',
  name: 'Problem report…',
  kind: 'Action',
  words: 'help bug crash error log support',
  run: openProblemReport,
}

export function appCommands(router: Router): Command[] {
  const going = (kind: string) => (each: { to: string; name: string; keys?: string; words: string }) => ({
    ...each,
    id: `go ${each.to}`,
    kind,
    run: () => router.push(each.to),
  })
  return [
    ...actions.map(going('Action')),
    report,
    ...pages.map(going('Page')),
    ...helpers,
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
