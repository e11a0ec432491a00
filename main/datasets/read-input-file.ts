import { readFile, stat } from 'node:fs/promises'
import type { z } from 'zod'
import { StudioError } from '../contract/errors.ts'
import { fileError } from './file-errors.ts'
import { jsonErrorPosition } from '../model/json-position.ts'

const MAX_BYTES = 16 * 1024 * 1024

/** A text file named by the user, without its byte order mark. Throws TooLarge, NotFound or Io, naming it. */
export async function readInputFile(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size > MAX_BYTES) {
      throw new StudioError('TooLarge', `${path} has ${size} bytes; at most ${MAX_BYTES} are read.`, {
        file: path,
      })
    }
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '')
  } catch (error) {
    throw fileError(error, 'read', path)
  }
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
  throw new StudioError(
    'InvalidArgument',
    `${path}: ${field || 'the file'}: ${issue?.message ?? 'is not valid'}.`,
    { file: path, ...(field && { field }) },
  )
}
