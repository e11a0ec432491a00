import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { StudioError } from '../contract/errors.ts'

/** Written by the native importer: a JSON array of strings a row. */
const FILE_NAME = 'kept.jsonl'

/** The text of a file's columns for the rows that are predicted. */
export interface KeptColumns {
  names: string[]
  /** The file's rows in order. */
  rows: AsyncIterable<string[]>
}

/** `folder` contains the file's encoded copy, in which these columns were kept. */
export function keptColumns(folder: string, names: string[]): KeptColumns | null {
  return names.length === 0 ? null : { names, rows: rowsOf(join(folder, FILE_NAME)) }
}

async function* rowsOf(path: string): AsyncGenerator<string[]> {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    const row: unknown = JSON.parse(line)
    if (!Array.isArray(row)) throw new StudioError('Corrupt', `${path} is damaged: run the prediction again.`)
    yield row.map(String)
  }
}
