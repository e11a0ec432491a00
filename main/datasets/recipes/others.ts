import type { ColumnChoice } from '../../contract/datasets.ts'
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

/** The types that RecBole's column names end in. */
const TYPED = /^(.+):(token|token_seq|float|float_seq)$/

export const recbole: Recipe = {
  reading: { header: true },
  columns({ names }) {
    const parts = names.map((name) => TYPED.exec(name))
    const bare = parts.map((part) => part?.[1] ?? '')
    const label = ['label', 'click', 'rating'].find((name) => bare.includes(name))
    if (label === undefined || parts.some((part) => !part)) return null
    return names.map((name, at) => atomicColumn(name, bare[at] ?? '', parts[at]?.[2] ?? '', label))
  },
  needs: 'columns such as user_id:token, item_id:token and label:float or rating:float',
}

function atomicColumn(name: string, bare: string, type: string, label: string): ColumnChoice {
  if (bare === label) return bare === 'rating' ? rating(name) : { name, role: 'label' }
  if (bare === 'timestamp') return { name, role: 'time' }
  switch (type) {
    case 'token':
      if (bare === 'user_id') return { name, role: 'userId' }
      if (bare === 'item_id') return { name, role: 'itemId' }
      return { name, role: bare === 'session_id' ? 'group' : 'sparse' }
    case 'token_seq':
      return { name, role: 'multiValued', separator: ' ' }
    case 'float':
      return { name, role: bare === 'rating' ? 'ignore' : 'dense' }
    default:
      return { name, role: 'ignore' }
  }
}
