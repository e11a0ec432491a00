import type { ColumnChoice } from '../../contract/datasets.ts'
import type { ColumnHint } from '../sniffing/table.ts'
import { byName, type Recipe } from './recipe.ts'

export const avazu: Recipe = {
  columns: ({ names }) =>
    byName(
      names,
      [
        { name: 'click', role: 'label' },
        { name: 'hour', role: 'time', timeFormat: 'compactHour', derive: ['hour', 'weekday'] },
        { name: 'device_id', role: 'userId', encoding: { kind: 'vocabulary', minimumCount: 2 } },
      ],
      (name): ColumnChoice =>
        name === 'id'
          ? { name, role: 'ignore' }
          : { name, role: 'sparse', encoding: { kind: 'vocabulary', minimumCount: 2 } },
    ),
  needs: 'the columns click, hour and device_id',
}

const rating = (name: string): ColumnChoice => ({ name, role: 'label', positiveFrom: 4 })

export const movielens: Recipe = {
  columns({ names, header }) {
    const [user = '', item = '', stars = '', time = ''] = header
      ? ['userId', 'movieId', 'rating', 'timestamp']
      : names
    if (!header && names.length !== 4) return null
    return byName(names, [
      { name: user, role: 'userId' },
      { name: item, role: 'itemId' },
      rating(stars),
      { name: time, role: 'time', timeFormat: 'seconds' },
    ])
  },
  needs: 'four columns: the user, the movie, the rating and the timestamp',
}

const FRAPPE_CONTEXT = [
  ...['daytime', 'weekday', 'isweekend', 'homework', 'cost', 'weather', 'country', 'city'],
]

export const frappe: Recipe = {
  columns: ({ names }) =>
    byName(names, [
      { name: 'label', role: 'label' },
      { name: 'user', role: 'userId' },
      { name: 'item', role: 'itemId' },
      ...FRAPPE_CONTEXT.map((name): ColumnChoice => ({ name, role: 'sparse' })),
    ]),
  needs: `the columns label, user, item, ${FRAPPE_CONTEXT.join(', ')}`,
}

export const recbole: Recipe = {
  columns({ names, format, hints }) {
    const label = ['label', 'click', 'rating'].find((name) => names.includes(name))
    if (format !== 'recbole' || !hints || label === undefined) return null
    return hints.map((hint) => atomicColumn(hint, label))
  },
  needs: 'columns such as user_id:token, item_id:token and label:float or rating:float, separated by tabs',
}

/** What a column of an atomic file is, of which the type in the header says what it holds. */
function atomicColumn({ name, kind, separator }: ColumnHint, label: string): ColumnChoice {
  if (name === label) return name === 'rating' ? rating(name) : { name, role: 'label' }
  if (name === 'timestamp') return { name, role: 'time' }
  if (separator !== undefined) {
    return kind === 'text' ? { name, role: 'multiValued', separator } : { name, role: 'ignore' }
  }
  if (kind !== 'text') return { name, role: name === 'rating' ? 'ignore' : 'dense' }
  if (name === 'user_id') return { name, role: 'userId' }
  if (name === 'item_id') return { name, role: 'itemId' }
  return { name, role: name === 'session_id' ? 'group' : 'sparse' }
}
