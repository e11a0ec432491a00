import { describe, expect, it } from 'vitest'
import { withDefaults } from '../../../../main/contract/column-defaults.ts'
import type { ColumnChoice } from '../../../../main/contract/datasets.ts'
import { filePreview } from '../../../../test/helpers/file-preview.ts'
import {
  columnChoice,
  columnDraft,
  columnDrafts,
  columnsProblem,
  furtherSettings,
  labelNeedsThreshold,
  withRole,
  withSettings,
  type ColumnSettings,
} from './column-draft.ts'

const seen = { examples: ['0', '1'], distinct: 2, missingShare: 0, missingTexts: [] }
const preview = filePreview([
  { name: 'clicked', role: 'label', ...seen, guessedBecause: 'its name is clicked' },
  { name: 'age', role: 'dense', transform: 'standard', missing: 'median', ...seen },
  { name: 'city', role: 'sparse', encoding: { kind: 'vocabulary', minimumCount: 1 }, ...seen },
  {
    name: 'tags',
    role: 'multiValued',
    encoding: { kind: 'vocabulary', minimumCount: 1 },
    separator: '|',
    ...seen,
  },
])
const drafts = columnDrafts(preview, [])
const roles = (columns: typeof drafts) => columns.map((column) => column.role)

describe('columns in the import wizard', () => {
  it('go to the engine as they were guessed where nothing was changed', () => {
    expect(drafts.map(columnChoice)).toEqual([
      { name: 'clicked', role: 'label' },
      { name: 'age', role: 'dense', transform: 'standard', missing: 'median' },
      { name: 'city', role: 'sparse', encoding: { kind: 'vocabulary', minimumCount: 1 } },
      {
        name: 'tags',
        role: 'multiValued',
        encoding: { kind: 'vocabulary', minimumCount: 1 },
        separator: '|',
      },
    ])
  })

  it('send only the settings of their role, and keep the others for when the role comes back', () => {
    const hashed = withSettings(drafts, new Set(['city']), { encoding: 'hash', hashSize: 64 })
    const ignored = withRole(hashed, new Set(['city']), 'ignore')
    expect(columnChoice(ignored[2]!)).toEqual({ name: 'city', role: 'ignore' })
    const back = withRole(ignored, new Set(['city']), 'sparse')
    expect(columnChoice(back[2]!)).toEqual({
      name: 'city',
      role: 'sparse',
      encoding: { kind: 'hash', size: 64 },
    })
  })

  it('that become dense take what the command line gives to dense columns of that name', () => {
    const columns = ['I1', 'age'].map((name) => ({ name, role: 'ignore' as const, ...seen }))
    for (const format of ['csv', 'criteo'] as const) {
      const dense = withRole(
        columnDrafts({ ...preview, format, columns }, []),
        new Set(['I1', 'age']),
        'dense',
      )
      const ofCommandLine = columns.map(({ name }) => withDefaults({ name, role: 'dense' }, format))
      expect(dense.map(columnChoice)).toEqual(ofCommandLine)
    }
  })

  it('send the value from which a label is positive only where one is chosen', () => {
    const changed = withSettings(drafts, new Set(['clicked']), { positiveFrom: 4 })
    expect(columnChoice(changed[0]!)).toEqual({ name: 'clicked', role: 'label' })
    const from = withSettings(changed, new Set(['clicked']), { labelKind: 'from' })
    expect(columnChoice(from[0]!)).toEqual({ name: 'clicked', role: 'label', positiveFrom: 4 })
  })

  it('may mean 1 by several values, and 0 by all others', () => {
    const words = (positive: string, negative: string) =>
      withSettings(drafts, new Set(['clicked']), { labelKind: 'words', positive, negative })
    expect(columnChoice(words('click, buy', '')[0]!)).toEqual({
      name: 'clicked',
      role: 'label',
      positive: ['click', 'buy'],
    })
    expect(columnChoice(words('yes', 'no')[0]!)).toMatchObject({ positive: 'yes', negative: 'no' })
    expect(columnsProblem(words(' , ', 'no'))).toContain('needs a value that means 1')
    expect(columnsProblem(words('yes, no', 'no'))).toContain('given twice')
  })

  it('split lists as the preview saw them once they are multi-valued', () => {
    const list = { separator: ',', brackets: true }
    const history = { name: 'history', role: 'ignore' as const, ...seen, list }
    const [draft] = withRole(
      columnDrafts({ ...preview, columns: [history] }, []),
      new Set(['history']),
      'multiValued',
    )
    expect(columnChoice(draft!)).toMatchObject({ role: 'multiValued', separator: ',', brackets: true })
  })

  it('have one label: the column that was it before is ignored', () => {
    expect(roles(withRole(drafts, new Set(['age']), 'label'))).toEqual([
      'ignore',
      'label',
      'sparse',
      'multiValued',
    ])
    expect(roles(withRole(drafts, new Set(['age', 'city']), 'label'))).toEqual([
      'ignore',
      'label',
      'sparse',
      'multiValued',
    ])
  })

  it('change several at once and leave the others alone', () => {
    expect(roles(withRole(drafts, new Set(['age', 'tags']), 'sparse'))).toEqual([
      'label',
      'sparse',
      'sparse',
      'sparse',
    ])
  })

  it('keep what was chosen when the file is read again', () => {
    const chosen = withRole(drafts, new Set(['age']), 'sparse')
    const again = columnDrafts(
      { ...preview, columns: [...preview.columns, { name: 'new', role: 'ignore', ...seen }] },
      chosen,
    )
    expect(roles(again)).toEqual(['label', 'sparse', 'sparse', 'multiValued', 'ignore'])
    expect(again[1]?.seen.role).toBe('dense')
  })

  it('cannot be imported without a label, a feature or a separator, and say so', () => {
    const all = new Set(drafts.map((column) => column.name))
    expect(columnsProblem(drafts)).toBe('')
    expect(columnsProblem(withRole(drafts, new Set(['clicked']), 'ignore'))).toContain(
      'No column is the label',
    )
    const twoLabels = drafts.map((column) =>
      column.name === 'age' ? { ...column, role: 'label' as const } : column,
    )
    expect(columnsProblem(twoLabels)).toContain('Several columns')
    const bare = withRole(withRole(drafts, all, 'ignore'), new Set(['clicked']), 'label')
    expect(columnsProblem(bare)).toContain('No column is a feature')
    expect(columnsProblem(withSettings(drafts, all, { separator: '' }))).toContain('tags needs one character')
  })

  it('keep every setting of a recipe, and go to the engine with it', () => {
    const encoding = { kind: 'vocabulary', minimumCount: 3, maximumSize: 50 } as const
    const hash = { kind: 'hash', size: 64, seed: 7 } as const
    const choices: ColumnChoice[] = [
      { name: 'a', role: 'dense', transform: 'minMax', missing: 'value', fill: -1, clip: { maximum: 9 } },
      { name: 'b', role: 'sparse', encoding, bucket: 'logSquared', missingValues: ['0'] },
      { name: 'c', role: 'userId', encoding: hash, bucket: { boundaries: [1, 2.5] }, missing: 'category' },
      { name: 'd', role: 'multiValued', encoding, separator: '|', missing: 'reject' },
      { name: 'e', role: 'time', timeFormat: 'seconds', derive: ['hour', { age: 'f' }] },
    ]
    const columns = choices.map((choice) => columnDraft({ ...choice, ...seen }, 'csv'))
    expect(columns.map(columnChoice)).toEqual(choices)
    expect(columns.map(furtherSettings)).toEqual([
      ['at most 9'],
      ['⌊(ln x)²⌋', 'the 50 most frequent values'],
      ['buckets at 1 2.5', 'seed 7', 'missing is a category'],
      ['the 50 most frequent values', 'missing rejects the row'],
      ['hour', 'age until f'],
    ])
  })

  it('say what is wrong with bounds and boundaries', () => {
    const shaped = (settings: Partial<ColumnSettings>) =>
      withSettings(drafts, new Set(['age', 'city']), settings)
    expect(columnsProblem(shaped({ clipMinimum: 2, clipMaximum: 1 }))).toContain(
      'age is clipped to at least 2',
    )
    expect(columnsProblem(shaped({ bucket: 'boundaries' }))).toContain('city needs the boundaries')
    for (const boundaries of ['2 1', '1 1', '1 x', '1 Infinity']) {
      expect(columnsProblem(shaped({ bucket: 'boundaries', boundaries }))).toContain(
        'must be numbers that ascend',
      )
    }
    expect(columnsProblem(shaped({ bucket: 'boundaries', boundaries: '1, 2' }))).toBe('')
  })

  it('ask for a threshold where the label holds more than 0 and 1', () => {
    const fiveStars = { examples: ['5', '3'], distinct: 5, missingShare: 0, missingTexts: [] }
    const rating = columnDraft({ name: 'rating', role: 'label', ...fiveStars }, 'csv')
    expect(labelNeedsThreshold(rating)).toBe(true)
    expect(labelNeedsThreshold({ ...rating, labelKind: 'from' })).toBe(false)
    expect(labelNeedsThreshold({ ...rating, role: 'dense' })).toBe(false)
    expect(labelNeedsThreshold(drafts[0]!)).toBe(false)
    const label = (...examples: string[]) => ({ ...rating, seen: { ...rating.seen, examples } })
    expect(labelNeedsThreshold(label('0.0', '1.0', ' 1', '00', '1,0', ''))).toBe(false)
    expect(labelNeedsThreshold(label('0', '-1'))).toBe(true)
    expect(labelNeedsThreshold(label('0', 'yes'))).toBe(true)
  })
})
