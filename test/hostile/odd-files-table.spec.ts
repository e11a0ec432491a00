import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { expect, it } from 'vitest'
import type { MalformedFile } from './malformed-files.ts'
import type { OddFile } from './odd-file.ts'
import { oddFiles, oddSections } from './odd-sections.ts'

const root = join(import.meta.dirname, '..', '..')

interface Record {
  version: string
  files: { [title: string]: string }
}

const readRecord = async () =>
  JSON.parse(await readFile(join(root, 'test/fixtures/odd-files/pandas.json'), 'utf8')) as Record

/** The words of a pattern that a message must match. */
const words = ({ source }: RegExp) => source.replaceAll('.*', ' … ').replaceAll('\\', '')

const cell = (text: string) =>
  text
    .replaceAll('|', '\\|')
    .replace(/[<>*_`[\]]/g, '\\$&')
    .replaceAll('\n', ' ')

function readAs({ rows, rejected = [], note, reading = {}, schema }: OddFile): string {
  const options = Object.entries(reading).map(([name, value]) => `${name} ${JSON.stringify(value)}`)
  const given = [...options, ...(schema ? ['roles'] : [])]
  const count = `${rows.length} ${rows.length === 1 ? 'row' : 'rows'}`
  return [
    count,
    ...rejected.map(([row, , reason]) => `row ${row} rejected: ${words(reason)}`),
    ...(note ? [`note: ${words(note)}`] : []),
    ...(given.length > 0 ? [`given ${given.join(', ')}`] : []),
  ].join('; ')
}

const refusedAs = ({ code, row, column, message }: MalformedFile): string =>
  [code, ...(row ? [`row ${row}`] : []), ...(column ? [`column ${column}`] : []), words(message)].join('; ')

const table = (heads: string[], rows: string[][]) =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

async function document(): Promise<string> {
  const record = await readRecord()
  const sections = oddSections.map(({ title, read, refused }) => {
    const tables = [
      ...(read.length > 0
        ? [
            table(
              ['What is odd', 'How it is read', `pandas ${record.version}`],
              read.map((file) => [file.title, readAs(file), record.files[file.title] ?? ''].map(cell)),
            ),
          ]
        : []),
      ...(refused.length > 0
        ? [
            table(
              ['What is wrong', 'The error'],
              refused.map((file) => [file.title, refusedAs(file)].map(cell)),
            ),
          ]
        : []),
    ]
    return `## ${title}\n\n${tables.join('\n\n')}`
  })
  const read = oddFiles.length
  const refused = oddSections.reduce((sum, section) => sum + section.refused.length, 0)
  const text = `# Odd files

${read} files that are not plain CSV and are read nevertheless, and ${refused} that are refused, each with what an import makes of it. The
tests import all of them and compare every value (\`test/hostile/odd-files.spec.ts\`, \`import.spec.ts\`). Without options, unless the
table says what was given. The last column says whether pandas finds the same values if it is told what our preview detects, as
recorded by \`test/fixtures/odd-files/read-with-pandas.py\`; a missing number is the median for us and missing for pandas.

${sections.join('\n\n')}
`
  const path = join(root, 'docs/odd-files.md')
  return format(text, { ...(await resolveConfig(path)), filepath: path })
}

it('the table of odd files in docs/ has all of them', async () => {
  await expect(await document()).toMatchFileSnapshot(join(root, 'docs/odd-files.md'))
})

it('what pandas makes of each odd file that is read is recorded', async () => {
  expect(Object.keys((await readRecord()).files)).toEqual(oddFiles.map(({ title }) => title))
})
