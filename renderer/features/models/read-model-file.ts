import type { ErrorData } from '../../../main/contract/errors.ts'
import { graphProblems } from '../../../main/model/check-structure.ts'
import { MAX_DOCUMENT_BYTES, type ModelDocument } from '../../../main/model/document.ts'
import { parseDocument } from '../../../main/model/parse.ts'
import { problemText } from '../../../main/model/plan.ts'

/** The message lists at most this many of a document's problems. */
const MAX_LISTED = 5

/** Reads a model document from a file of the user's choice. Never throws. */
export async function readModelFile(
  file: Pick<File, 'name' | 'size' | 'text'>,
): Promise<{ document: ModelDocument } | { problem: ErrorData }> {
  const refused = (message: string) => ({
    problem: { code: 'InvalidModel' as const, message, file: file.name },
  })
  if (file.size > MAX_DOCUMENT_BYTES)
    return refused(
      `It is larger than ${(MAX_DOCUMENT_BYTES / 1e6).toFixed(1)} MB, the most a model document may have.`,
    )
  let text: string
  try {
    text = await file.text()
  } catch {
    return refused('It cannot be read. Check that the file exists and that you may read it.')
  }
  const parsed = parseDocument(text)
  const problems = parsed.document ? graphProblems(parsed.document.nodes) : parsed.problems
  if (parsed.document && problems.length === 0) return { document: parsed.document }
  const listed = problems.slice(0, MAX_LISTED).map(problemText)
  const more = problems.length > listed.length ? `; and ${problems.length - listed.length} more.` : ''
  return refused(listed.join('; ') + more)
}
