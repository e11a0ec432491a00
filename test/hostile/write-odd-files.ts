/**
 * Writes the odd files that an import reads into a folder, for pandas to read them: `node test/hostile/write-odd-files.ts FOLDER`.
 * index.json lists them with how a preview says that they are to be read, and with the rows that they hold.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { previewFile } from '../../main/datasets/sniffing/preview.ts'
import { oddFiles } from './odd-sections.ts'

const [folder = 'odd-files'] = process.argv.slice(2)
const index: object[] = []
for (const [
  at,
  { title, name = 'clicks.csv', content, format = 'auto', reading, schema, rows },
] of oddFiles.entries()) {
  await mkdir(join(folder, `${at}`), { recursive: true })
  const file = join(folder, `${at}`, name)
  await writeFile(file, content)
  const { columns, ...preview } = await previewFile({ file, format, ...reading })
  const given = schema?.columns ?? columns
  const roles = new Map(given.map((column, at) => [preview.header ? column.name : columns[at]?.name, column]))
  index.push({
    ...preview,
    title,
    file,
    columns: columns.map(({ name, ...column }) => ({
      ...column,
      ...(roles.get(name) ?? { role: 'ignore' }),
      name,
    })),
    rows,
  })
}
await writeFile(join(folder, 'index.json'), JSON.stringify(index, null, 2))
