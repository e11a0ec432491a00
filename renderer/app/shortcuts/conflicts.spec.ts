import { expect, it } from 'vitest'
import {
  keySequence,
  shortcutConflicts,
  type ShortcutDefinition,
  type ShortcutDefinitions,
} from '../../ui/shortcut-keys.ts'
import { rowShortcuts } from '../../ui/row-keys.ts'
import { pageShortcuts, windowShortcuts } from './app-shortcuts.ts'

const everywhere: ShortcutDefinition[] = [...Object.values(windowShortcuts), ...Object.values(pageShortcuts)]

/** What each page offers, by its file. A file's exports are offered together. */
const files = import.meta.glob<Record<string, ShortcutDefinitions>>('../../features/**/*-shortcuts.ts', {
  eager: true,
})
const pages = Object.entries(files).map(([file, lists]) => {
  const definitions = Object.values(lists).flatMap((list) => Object.values(list))
  return [file.split('/').at(-1) ?? file, definitions] as const
})

it('Most pages have shortcuts of their own', () => {
  expect(pages.length).toBeGreaterThan(7)
  for (const [file, definitions] of pages) expect(definitions.length, file).toBeGreaterThan(0)
})

it.each([['the window itself', []] as const, ...pages])(
  'No key means two things on one page: %s',
  (_, definitions) => {
    expect(shortcutConflicts([...everywhere, ...definitions])).toEqual([])
  },
)

it('Only keys with Ctrl, Alt or a name of their own work in fields', () => {
  const inFields = [...everywhere, ...pages.flatMap(([, definitions]) => definitions)].filter(
    (definition) => definition.inFields,
  )
  for (const { keys } of inFields)
    for (const key of keys) expect(keySequence(key)[0]?.length, key).toBeGreaterThan(1)
})

it('A conflict is named by both of its meanings, also where a key begins a sequence', () => {
  expect(
    shortcutConflicts([
      { keys: ['Ctrl+S'], text: 'Save' },
      { keys: ['s', 'Ctrl+s'], text: 'Stop' },
    ]),
  ).toEqual(['Ctrl+s is both “Save” and “Stop”.'])
  expect(
    shortcutConflicts([
      { keys: ['g r'], text: 'Go to Runs' },
      { keys: ['g'], text: 'Group' },
    ]),
  ).toEqual(['g r is both “Go to Runs” and “Group”.'])
  expect(shortcutConflicts([...everywhere, ...Object.values(rowShortcuts('run'))])).toEqual([])
})
