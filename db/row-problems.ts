import type { z } from 'zod'
import { StudioError, toErrorData } from '../main/contract/errors.ts'
import { issueSentence } from '../main/model/issue-text.ts'

/** Enough to see what is wrong, because a hostile database could have millions. */
const MAX_PROBLEMS = 100

/** A row that cannot be used, named so that a person finds it. The rest of the workspace stays usable. */
export function unusable(what: string, why: string, file: string): StudioError {
  return new StudioError(
    'Corrupt',
    `${what} in the workspace's database cannot be used: ${why}. Restore ${file} from a backup, or continue without it.`,
    { file },
  )
}

/**
 * The JSON in a column. Throws Corrupt if it is not JSON, because a database from somebody else can contain any text.
 */
export function storedJson(text: string, what: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unusable(what, 'a column of it is no valid JSON', file)
  }
}

/**
 * A row's content in the form of the contract. A checksum only shows that a row is as it was written, not who wrote it.
 * Throws Corrupt with the first field that has another shape.
 */
export function storedAs<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
  file: string,
): z.output<Schema> {
  const { success, error } = schema.safeParse(value)
  // The value itself, because the schema would remove what newer releases have added.
  if (success) return value as z.output<Schema>
  const issue = error.issues[0]
  const field = issue?.path.join('.') || 'its content'
  throw unusable(what, issueSentence(issue, field).replace(/\.$/, ''), file)
}

/** What was left out of lists because its row is unusable, each named once. */
export class RowProblems {
  readonly #messages = new Set<string>()

  /** Converts rows and leaves out unusable ones. */
  readable<Row, Result>(rows: readonly Row[], convert: (row: Row) => Result): Result[] {
    return rows.flatMap((row) => {
      try {
        return [convert(row)]
      } catch (error) {
        const { code, message } = toErrorData(error)
        if (code !== 'Corrupt') throw error
        this.note(message)
        return []
      }
    })
  }

  note(message: string): void {
    if (this.#messages.size < MAX_PROBLEMS) this.#messages.add(message)
  }

  list(): string[] {
    return [...this.#messages]
  }
}
