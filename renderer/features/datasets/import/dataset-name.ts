import { importRequest } from '../../../../main/contract/datasets.ts'
import { DATA_EXTENSIONS } from './data-extensions.ts'
import { fileName } from '../shared/rejected-rows.ts'

const MAX_LENGTH = 100
const EXTENSIONS = new RegExp(
  `(\\.(${[...DATA_EXTENSIONS, 'json', 'data', 'lzma', 'ffm', 'svm'].join('|')}))+$`,
  'i',
)

/** Makes a free name from that of the first file. */
export function suggestName(file: string, taken: ReadonlySet<string>): string {
  const base = fileName(file)
    .replace(EXTENSIONS, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .replace(/-+$/, '')
    .slice(0, MAX_LENGTH - 4)
  const name = base === '' ? 'dataset' : base
  if (!taken.has(name)) return name
  let number = 2
  while (taken.has(`${name}-${number}`)) number++
  return `${name}-${number}`
}

/** Says why a dataset cannot have this name, or nothing if it can. */
export function nameProblem(name: string, taken: ReadonlySet<string>): string {
  if (name === '') return 'Give the dataset a name.'
  if (taken.has(name)) return `A dataset named ${name} already exists. Choose another name.`
  const parsed = importRequest.shape.name.safeParse(name)
  if (parsed.success) return ''
  if (name.length > MAX_LENGTH) return `At most ${MAX_LENGTH} characters.`
  return 'Use letters, digits, and . _ - only, starting with a letter or digit.'
}
