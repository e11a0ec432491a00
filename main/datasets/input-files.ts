import { glob, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MAX_FILES } from '../contract/datasets.ts'
import { StudioError } from '../contract/errors.ts'
import { fileError } from '../platform/file-errors.ts'

/**
 * The files that a person names: a pattern such as `logs/*.csv.gz` stands for the files that match it, a folder for those in it
 * and in its folders. Rejects with a StudioError where there is none.
 */
export async function inputFiles(named: string[]): Promise<string[]> {
  const files: string[] = []
  for (const name of named) for (const file of await filesOf(name)) files.push(file)
  const unique = [...new Set(files)]
  if (unique.length <= MAX_FILES) return unique
  const message = `There are ${unique.length} files; at most ${MAX_FILES} can be imported at once.`
  throw new StudioError('InvalidArgument', message, { field: 'files' })
}

async function filesOf(name: string): Promise<string[]> {
  const info = await stat(name).catch(() => null)
  if (info?.isDirectory()) {
    const files = await filesIn(name)
    if (files.length > 0) return files
    throw new StudioError('NotFound', `${name} is a folder without files that could be imported.`, {
      file: name,
    })
  }
  if (info || !/[*?[{]/.test(name)) return [name]
  const found: string[] = []
  for await (const file of glob(name)) {
    const match = await stat(file).catch(() => null)
    if (match?.isFile()) found.push(file)
  }
  if (found.length > 0) return found.sort()
  throw new StudioError('NotFound', `No file matches ${name}.`, { file: name })
}

/** Names that begin with a dot or an underscore are of programs that wrote the data, such as Spark's _SUCCESS. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw fileError(error, 'read', folder)
  })
  const files: string[] = []
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    if (/^[._]/.test(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) for (const file of await filesIn(path)) files.push(file)
    else if (entry.isFile() && (await stat(path)).size > 0) files.push(path)
  }
  return files
}
