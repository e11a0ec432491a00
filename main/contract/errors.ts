/** Every failure that crosses a process boundary, as plain data. */
import { issueSentence } from '../model/issue-text.ts'
import { z } from 'zod'
import { bounded, boundedData, boundedMessage } from './printable.ts'

export const errorCode = z.enum([
  'InvalidRequest',
  'TooLarge',
  'UnknownRequest',
  'InvalidArgument',
  'InvalidModel',
  'InvalidPlan',
  'InvalidState',
  'NotFound',
  'AlreadyExists',
  'Io',
  'DiskFull',
  'ReadOnly',
  'Busy',
  'Corrupt',
  'Cancelled',
  'TooManyRejectedRows',
  'Unsupported',
  'Diverged',
  'EngineGone',
  'TrainerGone',
  'Internal',
])
export type ErrorCode = z.infer<typeof errorCode>

export const errorData = z.object({
  code: errorCode,
  /** What is wrong, where, and what to do. It never contains a stack trace. */
  message: z.string(),
  file: z.string().optional(),
  row: z.int().optional(),
  column: z.string().optional(),
  /** The path of the offending field in a request, a document or a setting. */
  field: z.string().optional(),
  /** Further problems of the same kind, such as the first rejected rows. */
  details: z.unknown().optional(),
})
export type ErrorData = z.infer<typeof errorData>

/**
 * The error that services throw. Its data crosses process boundaries unchanged. Its texts are escaped and bounded here,
 * because they contain names from files.
 */
export class StudioError extends Error {
  readonly data: ErrorData

  constructor(code: ErrorCode, message: string, where: Omit<ErrorData, 'code' | 'message'> = {}) {
    const data = boundedError({ code, message, ...where })
    super(data.message)
    this.name = 'StudioError'
    this.data = data
  }
}

function boundedError({ code, message, file, column, field, details, ...numbers }: ErrorData): ErrorData {
  return {
    code,
    message: boundedMessage(message),
    ...numbers,
    ...(file !== undefined && { file: bounded(file, 4096) }),
    ...(column !== undefined && { column: bounded(column, 1000) }),
    ...(field !== undefined && { field: bounded(field, 1000) }),
    ...(details !== undefined && { details: boundedData(details) }),
  }
}

/**
 * Anything that was thrown, as data. Errors of services and of the addon keep their code; everything else is Internal.
 */
export function toErrorData(thrown: unknown): ErrorData {
  if (thrown instanceof StudioError) return thrown.data
  if (thrown instanceof z.ZodError) {
    const issue = thrown.issues[0]
    return boundedError({
      code: 'InvalidRequest',
      message: issueSentence(issue, issue?.path.join('.') || 'The request'),
      ...(issue && { field: issue.path.join('.') }),
    })
  }
  if (thrown instanceof Error) {
    const code = errorCode.safeParse((thrown as Error & { code?: unknown }).code)
    return boundedError({ code: code.success ? code.data : 'Internal', message: thrown.message })
  }
  return boundedError({ code: 'Internal', message: String(thrown) })
}
