/** Every failure that crosses a process border, as plain data. */
import { z } from 'zod'

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
  /** What is wrong, where, and what to do; never a stack trace. */
  message: z.string(),
  file: z.string().optional(),
  row: z.int().optional(),
  column: z.string().optional(),
  /** Path of the offending field in a request, a document or a setting. */
  field: z.string().optional(),
  /** More of the same kind, e.g. the first rejected rows. */
  details: z.unknown().optional(),
})
export type ErrorData = z.infer<typeof errorData>

/** Thrown by services; its data crosses the border unchanged. */
export class StudioError extends Error {
  readonly data: ErrorData

  constructor(code: ErrorCode, message: string, where: Omit<ErrorData, 'code' | 'message'> = {}) {
    super(message)
    this.name = 'StudioError'
    this.data = { code, message, ...where }
  }
}

/** Any thrown thing as data: services' and the addon's errors keep their code, everything else is Internal. */
export function toErrorData(thrown: unknown): ErrorData {
  if (thrown instanceof StudioError) return thrown.data
  if (thrown instanceof z.ZodError) {
    const issue = thrown.issues[0]
    return {
      code: 'InvalidRequest',
      message: issue ? `${issue.path.join('.') || 'request'}: ${issue.message}` : 'The request is not valid.',
      ...(issue && { field: issue.path.join('.') }),
    }
  }
  if (thrown instanceof Error) {
    const code = errorCode.safeParse((thrown as Error & { code?: unknown }).code)
    return { code: code.success ? code.data : 'Internal', message: thrown.message }
  }
  return { code: 'Internal', message: String(thrown) }
}
