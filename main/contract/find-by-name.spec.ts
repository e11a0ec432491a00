import { describe, expect, it } from 'vitest'
import { findByName } from './find-by-name.ts'

const named = (...names: string[]) => names.map((name) => ({ name }))
const find = (text: string, names: string[]) =>
  findByName(named(...names), text, 10).map(({ item }) => item.name)

describe('findByName', () => {
  it('puts the whole name before its beginning, a word’s beginning and its inside', () => {
    expect(find('run', ['prune', 'New run', 'Runs', 'Run'])).toEqual(['Run', 'Runs', 'New run', 'prune'])
  })

  it('wants every word, in any order and without regard to case', () => {
    expect(find('MLP add', ['Add MLP', 'Add Bias', 'mlp'])).toEqual(['Add MLP'])
  })

  it('finds names by their initials, and not by letters strewn over them', () => {
    expect(find('nr', ['New run', 'Runner', 'Banner'])).toEqual(['New run'])
    expect(find('impdata', ['Import data'])).toEqual(['Import data'])
    expect(find('prt', ['Import data'])).toEqual([])
    expect(find('aaaaaaaaaaaaaaaaaaaab', ['a '.repeat(200)])).toEqual([])
  })

  it('puts the shorter of two names first, and keeps the order of equals', () => {
    expect(find('dlrm', ['dlrm wide', 'dlrm'])).toEqual(['dlrm', 'dlrm wide'])
    expect(find('seed', ['seed 1', 'seed 2', 'seed 0'])).toEqual(['seed 1', 'seed 2', 'seed 0'])
  })

  it('searches further words last', () => {
    const items = [
      { name: 'Settings', words: 'theme appearance' },
      { name: 'Theme: dark', words: '' },
    ]
    expect(findByName(items, 'theme', 10, ({ words }) => words).map(({ item }) => item.name)).toEqual([
      'Theme: dark',
      'Settings',
    ])
  })

  it('gives at most as many as asked for, and all where nothing is typed', () => {
    expect(findByName(named('a', 'ab', 'abc'), 'a', 2)).toHaveLength(2)
    expect(find('  ', ['one', 'two'])).toHaveLength(2)
    expect(find('.*', ['one'])).toEqual([])
  })

  it.each([
    ['bnech', 'Benchmark'],
    ['benchnark', 'Benchmark'],
    ['setings', 'Settings'],
    ['datassets', 'Datasets'],
    ['comprae', 'Compare'],
    ['ligth theme', 'Light theme'],
  ])('forgives one mistake in typing: %s finds %s', (text, name) => {
    const names = ['Benchmark', 'Settings', 'Datasets', 'Compare', 'Light theme', 'Runs', 'Models']
    const items = names.map((each) => ({ name: each }))
    expect(findByName(items, text, 8).map(({ item }) => item.name)).toEqual([name])
  })

  it('puts what is typed right before what may be meant, and does not guess from three letters', () => {
    const items = [{ name: 'Traces' }, { name: 'Train' }, { name: 'Trial' }]
    expect(findByName(items, 'trai', 8)[0]?.item.name).toBe('Train')
    expect(findByName([{ name: 'Runs' }], 'rnu', 8)).toEqual([])
    // An id is random: what nearly is one is none.
    expect(findByName([{ name: 'Runs' }], 'qqqq', 8, () => 'r-20261130-qqqx')).toEqual([])
  })
})
