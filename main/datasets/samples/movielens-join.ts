import { setImmediate } from 'node:timers/promises'
import type { MovieLensFile } from './movielens-source.ts'

/** Columns of the joined table, in its order. */
export const JOINED_COLUMNS = [
  'rating',
  'age',
  'release_year',
  'user_id',
  'item_id',
  'gender',
  'occupation',
  'zip_code',
  'genres',
]

/** The number of lines in a chunk, which is a few milliseconds of work. */
const CHUNK_LINES = 2000

/**
 * Ratings in file order, each with its user's and its item's columns, as tab-separated text with a header. A release
 * year that is not a number (two items have none) becomes an empty field.
 */
export async function* joinMovieLens(files: Record<MovieLensFile, string>): AsyncGenerator<string> {
  const users = byId(files['ml-100k.user'])
  const items = byId(files['ml-100k.item'])
  yield `${JOINED_COLUMNS.join('\t')}\n`
  let chunk = ''
  let lines = 0
  for (const [user = '', item = '', rating = ''] of rows(files['ml-100k.inter'])) {
    const [age = '', gender = '', occupation = '', zip = ''] = users.get(user) ?? []
    const [, year = '', genres = ''] = items.get(item) ?? []
    const releaseYear = /^\d+$/.test(year) ? year : ''
    chunk += [rating, age, releaseYear, user, item, gender, occupation, zip, genres].join('\t') + '\n'
    if (++lines % CHUNK_LINES > 0) continue
    yield chunk
    chunk = ''
    await setImmediate()
  }
  yield chunk
}

function byId(text: string): Map<string, string[]> {
  const fields = new Map<string, string[]>()
  for (const [id = '', ...rest] of rows(text)) fields.set(id, rest)
  return fields
}

/** The fields of every line except the header, split lazily. */
function* rows(text: string): Generator<string[]> {
  let start = text.indexOf('\n') + 1
  while (start < text.length) {
    const found = text.indexOf('\n', start)
    const end = found < 0 ? text.length : found
    if (end > start) yield text.slice(start, end).split('\t')
    start = end + 1
  }
}
