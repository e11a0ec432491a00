import { dirname, sep } from 'node:path'

/** A column that is not in a file but in the name of a folder, as in `day=2026-03-01/part-0.parquet`. */
export interface PartitionColumn {
  name: string
  value: string
}

/** What Hive and Spark write for a missing value. */
const MISSING = '__HIVE_DEFAULT_PARTITION__'

/** The columns in the names of the folders that lead to a file, from the outermost one to the file's own. */
export function partitionsOf(file: string): PartitionColumn[] {
  const columns: PartitionColumn[] = []
  for (const folder of dirname(file).split(sep).reverse()) {
    const [, name, value] = /^([A-Za-z_][\w.-]*)=(.+)$/.exec(folder) ?? []
    if (name === undefined || value === undefined) break
    columns.unshift({ name, value: value === MISSING ? '' : decoded(value) })
  }
  return columns
}

/** Such names are escaped like addresses of the web. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
