import type { ErrorData } from '../../../main/contract/errors.ts'
import type { ChosenFile } from '../../../main/contract/file-handles.ts'
import { graphProblems } from '../../../main/model/check-structure.ts'
import { MAX_DOCUMENT_BYTES, type ModelDocument } from '../../../main/model/document.ts'
import { parseDocument } from '../../../main/model/parse.ts'
import { problemText } from '../../../main/model/plan.ts'
import { asErrorData, ask } from '../../platform/engine.ts'

/** The message lists at most this many of a document's problems. */
const MAX_LISTED = 5

type ReadModel = { document: ModelDocument } | { problem: ErrorData }

/** Reads a model document from a file that was dropped or chosen. Never throws. */
export async function readModelFile(file: Pick<File, 'name' | 'size' | 'text'>): Promise<ReadModel> {
  if (file.size > MAX_DOCUMENT_BYTES)
    return refused(
      file.name,
      `It is larger than ${(MAX_DOCUMENT_BYTES / 1e6).toFixed(1)} MB, the most a model document may have.`,
    )
  let text: string
  try {
    text = await file.text()
  } catch {
    return refused(file.name, 'It cannot be read. Check that the file exists and that you may read it.')
  }
  return parsedModel(file.name, text)
}

/** Reads a model document that was opened from outside of the window, by its handle. Never throws. */
export async function readOpenedModel({ handle, path }: ChosenFile): Promise<ReadModel> {
  try {
    const { text } = await ask('models.readFile', { file: handle })
    return parsedModel(path, text)
  } catch (thrown) {
    return { problem: asErrorData(thrown) }
  }
}

const refused = (file: string, message: string): ReadModel => ({
  problem: { code: 'InvalidModel', message, file },
})

function parsedModel(file: string, text: string): ReadModel {
  const parsed = parseDocument(text)
  const problems = parsed.document ? graphProblems(parsed.document.nodes) : parsed.problems
  if (parsed.document && problems.length === 0) return { document: parsed.document }
  const listed = problems.slice(0, MAX_LISTED).map(problemText)
  const more = problems.length > listed.length ? `; and ${problems.length - listed.length} more.` : ''
  return refused(file, listed.join('; ') + more)
}
