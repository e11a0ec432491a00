import type { z } from 'zod'
import { StudioError } from '../contract/errors.ts'
import { issueSentence } from '../model/issue-text.ts'
import { jsonErrorPosition } from '../model/json-position.ts'
import { readRegularFile } from '../platform/regular-file.ts'

const MAX_BYTES = 16 * 1024 * 1024

/** A text file that the user named, without its byte order mark. Throws what readRegularFile does. */
export async function readInputFile(path: string): Promise<string> {
  return (await readRegularFile(path, MAX_BYTES)).toString('utf8').replace(/^\uFEFF/, '')
}

/** A JSON file checked by a schema. Throws InvalidArgument with the file and the offending field. */
export async function readJsonFile<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const text = await readInputFile(path)
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    const { line, column } = jsonErrorPosition(text)
    throw new StudioError('InvalidArgument', `${path}, row ${line}, character ${column}: this is not JSON.`, {
      file: path,
      row: line,
    })
  }
  const parsed = schema.safeParse(data)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const field = issue?.path.join('.') ?? ''
  throw new StudioError('InvalidArgument', `${path}: ${issueSentence(issue, field || 'the file')}`, {
    file: path,
    ...(field && { field }),
  })
}
