import { basename, dirname, join } from 'node:path'
import { readInputFile } from '../read-input-file.ts'
import { parseTraceFile, type TraceProfile } from './stack-distances.ts'

/** The profiles in files, or of the traces in them. Throws naming the file and row. */
export async function readProfiles(files: readonly string[], padding: boolean): Promise<TraceProfile[]> {
  const read = new Map<string, TraceProfile>()
  for (const file of files) {
    if (!read.has(file)) read.set(file, parseTraceFile(await readInputFile(file), file, padding))
  }
  return files.map((file) => read.get(file)!)
}

/** The reference's names of the tables' profiles: the last j in the file's name becomes the table's number. */
export function tableTraceFiles(pattern: string, tables: number): string[] {
  const name = basename(pattern)
  const position = name.lastIndexOf('j')
  const of = (table: number) =>
    position < 0 ? name : name.slice(0, position) + table + name.slice(position + 1)
  return Array.from({ length: tables }, (_, table) => join(dirname(pattern), of(table)))
}
