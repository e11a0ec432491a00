import { expect, it } from 'vitest'
import type { HelpSection } from './help-page.ts'
import { sectionsOf } from './help-page.ts'
import { searchHelp } from './help-search.ts'

const section = (title: string, text: string, more: Partial<HelpSection> = {}): HelpSection => ({
  page: 'guide',
  pageTitle: 'Guide',
  section: title.toLowerCase(),
  title,
  level: 2,
  text,
  ...more,
})
const sections = [
  section('Compare', 'Select two runs. The first run is the baseline of every run.'),
  section('Runs', 'Everything about one model on one dataset.'),
  section('Precision', `Rounds operands to bfloat16. ${'It is fast. '.repeat(40)}At last a run.`),
  section('Import (CSV)', 'Files with $100 and a*b.'),
]
const titles = (text: string) => searchHelp(sections, text, 10).map((found) => found.section.title)

it('A title comes before texts, and a text with more matches before one with fewer', () => {
  expect(titles('run')).toEqual(['Runs', 'Compare', 'Precision'])
})

it('Every word has to be there, in any order and case, as the beginning of a word too', () => {
  expect(titles('BASE two')).toEqual(['Compare'])
  expect(titles('baseline bfloat16')).toEqual([])
  expect(titles('  ')).toEqual([])
})

it('The excerpt is around the first match, and marks every match', () => {
  const [, , found] = searchHelp(sections, 'run', 10)
  expect(found?.excerpt.join('')).toMatch(/^… .*At last a run\.$/)
  expect(found?.excerpt.filter((_, index) => index % 2)).toEqual(['run'])
})

it('Characters that mean something in patterns are searched as they are', () => {
  expect(titles('$100')).toEqual(['Import (CSV)'])
  expect(titles('a*b')).toEqual(['Import (CSV)'])
  expect(titles('(')).toEqual(['Import (CSV)'])
})

it('A page is divided at its headings, and cells do not run together', () => {
  const cell = (text: string) => ({ tag: 'td', children: [text] })
  const found = sectionsOf({
    id: 'guide',
    title: 'Guide',
    images: [],
    children: [
      { tag: 'p', children: ['Before.'] },
      { tag: 'h2', attributes: { section: 'part' }, children: ['Part'] },
      { tag: 'table', children: [{ tag: 'tr', children: [cell('one'), cell('two')] }] },
    ],
  })
  expect(found.map(({ section: name, text }) => [name, text])).toEqual([
    ['', 'Before.'],
    ['part', 'one two'],
  ])
})
