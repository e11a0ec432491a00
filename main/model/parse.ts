/** Reads a model document from text or data of unknown content. */
import type { z } from 'zod'
import {
  MAX_DOCUMENT_BYTES,
  MODEL_FORMAT,
  MODEL_VERSION,
  modelDocument,
  type ModelDocument,
  type ModelProblem,
} from './document.ts'
import { issueText } from './issue-text.ts'
import { jsonErrorPosition } from './json-position.ts'

export type ParseResult =
  { document: ModelDocument; problems: [] } | { document: null; problems: ModelProblem[] }

/** The maximum number of schema problems in a report; a file of another kind would have thousands. */
const MAX_PROBLEMS = 50

/** Parses JSON text, or checks already parsed data, against the document's schema. Never throws. */
export function parseDocument(source: unknown): ParseResult {
  if (typeof source !== 'string') return parseData(source)
  if (source.length > MAX_DOCUMENT_BYTES || utf8Bytes(source) > MAX_DOCUMENT_BYTES)
    return failure(
      `The model is larger than ${(MAX_DOCUMENT_BYTES / 1e6).toFixed(1)} MB, the maximum for a document.`,
    )
  const text = source.replace(/^\uFEFF/, '')
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch (error) {
    return failure(jsonProblem(text, error))
  }
  return parseData(data)
}

function parseData(data: unknown): ParseResult {
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    return failure(`This is not a model document: a JSON object with "format": "${MODEL_FORMAT}" is needed.`)
  const { format, version } = data as { format?: unknown; version?: unknown }
  if (format !== MODEL_FORMAT)
    return failure(`This is not a model document: its format is not "${MODEL_FORMAT}".`, 'format')
  if (typeof version === 'number' && version > MODEL_VERSION)
    return failure(
      `This model was made by a newer version of DLRM Studio (document version ${version}, this one reads up to ` +
        `${MODEL_VERSION}). Update DLRM Studio to open it.`,
      'version',
    )
  const parsed = modelDocument.safeParse(data)
  if (parsed.success) return { document: parsed.data, problems: [] }
  return { document: null, problems: schemaProblems(parsed.error, data) }
}

/** A schema error's issues, each with the node and field that it concerns. */
export function schemaProblems(error: z.ZodError, data: unknown): ModelProblem[] {
  return error.issues.slice(0, MAX_PROBLEMS).map((issue) => {
    const [first, index, ...rest] = issue.path
    const insideNode = first === 'nodes' && typeof index === 'number'
    const path = (insideNode ? rest : issue.path).map(String).join('.')
    const node = insideNode ? nodeName(data, index) : null
    return { severity: 'error', node, field: path || null, message: issueText(issue) }
  })
}

/** The id of document.nodes[index], or its index if it has none. */
function nodeName(data: unknown, index: number): string {
  const nodes = (data as { nodes?: unknown }).nodes
  const node: unknown = Array.isArray(nodes) ? nodes[index] : undefined
  const id = typeof node === 'object' && node !== null ? (node as { id?: unknown }).id : undefined
  return typeof id === 'string' && id ? id : `nodes[${index}]`
}

function failure(message: string, field: string | null = null): ParseResult {
  return { document: null, problems: [{ severity: 'error', node: null, field, message }] }
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length
}

function jsonProblem(text: string, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error)
  const plain = reason.replace(/ in JSON at position.*$/s, '').replace(/, (\.\.\.)?".*$/s, '')
  const { line, column } = jsonErrorPosition(text)
  return `This is not JSON: ${plain} at line ${line}, column ${column}.`
}
