/** The file of rejected rows: of a dataset in its folder, of an import that failed because of them in `rejected/`. */
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { z } from 'zod'
import { csvField, harmlessText } from '../contract/csv-field.ts'
import { StudioError } from '../contract/errors.ts'
import { rejectedRow } from '../contract/rejected-rows.ts'
import { makeFolderDurably } from '../platform/durable-file.ts'
import { openRegularFile } from '../platform/regular-file.ts'
import { pathInside } from '../platform/workspace-links.ts'
import { writeFileSafely } from '../platform/write-file.ts'
import type { DatasetFolders } from './workspace-folders.ts'

/** Its name in a dataset's folder, and in the folder of an import in progress. */
export const REJECTED_FILE = 'rejected.jsonl'
const FAILED_FOLDER = 'rejected'

const storedRow = rejectedRow.extend({
  /** Where the row begins in its file; null if the file is compressed or was decoded. */
  byte: z.int().nullable(),
  /** The row as it was read. */
  text: z.string(),
  /** Whether the text is only its beginning. */
  cut: z.boolean().optional(),
})
export type StoredRejectedRow = z.infer<typeof storedRow>

/** Keeps the rows that made an import fail, in the place of those of an earlier failure under the same name. */
export async function keepFailed(folders: DatasetFolders, name: string, file: string): Promise<void> {
  if (!existsSync(file)) return
  await makeFolderDurably(pathInside(folders.workspace, FAILED_FOLDER))
  await rename(file, failedFile(folders, name))
}

/** Removes what an earlier failure under the name of a finished import has left. */
export async function forgetFailed(folders: DatasetFolders, name: string): Promise<void> {
  await rm(failedFile(folders, name), { force: true })
}

/** The rejected rows of a dataset or of a failed import in file order. Throws NotFound if there are none. */
export async function* rejectedRowsOf(
  folders: DatasetFolders,
  name: string,
): AsyncGenerator<StoredRejectedRow> {
  const path = storedFile(folders, name)
  const file = await openRegularFile(path)
  try {
    let number = 0
    for await (const line of file.readLines({ autoClose: false })) yield parsedRow(line, path, ++number)
  } finally {
    await file.close()
  }
}

/** Writes the rejected rows as CSV with the columns file, row, byte, column, reason and text. */
export async function exportRejected(
  folders: DatasetFolders,
  name: string,
  out: string,
): Promise<{ path: string; bytes: number }> {
  storedFile(folders, name)
  return writeFileSafely(out, async (sink) => {
    await sink.text('file,row,byte,column,reason,text\n')
    for await (const { file, row, byte, column, reason, text } of rejectedRowsOf(folders, name)) {
      const fields = [file, String(row), String(byte ?? ''), column ?? '', reason, text]
      await sink.text(`${fields.map((field) => csvField(harmlessText(field))).join(',')}\n`)
    }
  })
}

function storedFile(folders: DatasetFolders, name: string): string {
  const dataset = pathInside(folders.workspace, 'datasets', name)
  const path = existsSync(dataset)
    ? pathInside(folders.workspace, 'datasets', name, REJECTED_FILE)
    : failedFile(folders, name)
  if (existsSync(path)) return path
  throw new StudioError(
    'NotFound',
    `No rejected rows of ${name} are stored: no import of that name rejected rows, or an earlier version did.`,
    { field: 'id' },
  )
}

const failedFile = (folders: DatasetFolders, name: string): string =>
  pathInside(folders.workspace, FAILED_FOLDER, `${name}.jsonl`)

function parsedRow(line: string, path: string, number: number): StoredRejectedRow {
  try {
    return storedRow.parse(JSON.parse(line))
  } catch {
    throw new StudioError('Corrupt', `${path}, line ${number}: this is not a rejected row.`, {
      file: path,
      row: number,
    })
  }
}
