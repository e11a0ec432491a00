/** The language of `runs list --query` and the window's filter field, as a syntax tree that the database answers. */
import { StudioError } from './errors.ts'

export const runFields = ['status', 'dataset', 'model', 'name', 'id', 'tag', 'notes'] as const
/** What can be asked of a run. */
export type RunField = (typeof runFields)[number]

/** What a run must fulfil. Texts are folded as `foldCase` does it. */
export type RunCondition =
  /** Each of them, or at least one. */
  | { kind: 'all' | 'any'; conditions: readonly RunCondition[] }
  | { kind: 'not'; condition: RunCondition }
  /** The field (of tags, one of them) has the text in it, or is the text. */
  | { kind: 'contains' | 'equals'; field: RunField; text: string }

/** Terms of a query, and alternatives of a term: nobody types more, and a database does not take thousands. */
const MOST = 100

/** Text as a query compares it, without regard to case. Half a surrogate pair is what a database makes of it. */
export function foldCase(text: string): string {
  return text.toWellFormed().toLowerCase()
}

/**
 * Words and `field:value` terms, all of which a run must match: `criteo status:completed,stopped -tag:"first try"`.
 * A word is looked for in every field, a value in its own, without regard to case; values separated by commas are
 * alternatives, a leading minus turns a term around, quotes keep blanks together. Status and tag match as a whole,
 * other fields in part. Throws InvalidArgument for a field that there is not, and for hundreds of terms.
 */
export function parseRunQuery(query: string): RunCondition {
  const terms = query.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? []
  return { kind: 'all', conditions: atMost(terms, 'terms').map(parseTerm) }
}

function parseTerm(term: string): RunCondition {
  const negated = term.length > 1 && term.startsWith('-')
  return negated ? { kind: 'not', condition: parsePositive(term.slice(1)) } : parsePositive(term)
}

function parsePositive(term: string): RunCondition {
  const [, name, values = ''] = /^([A-Za-z]+):(.*)$/.exec(term) ?? []
  if (name === undefined) return inAnyField(folded(term))
  const field = runFields.find((each) => each === name.toLowerCase())
  if (!field) {
    throw new StudioError(
      'InvalidArgument',
      `"${term}" in the query is not a field of a run: use ${runFields.join(', ')}.`,
      { field: 'query' },
    )
  }
  const kind = field === 'status' || field === 'tag' ? 'equals' : 'contains'
  const alternatives = atMost(values.match(/(?:[^,"]|"[^"]*"?)+/g) ?? [''], 'values of one field')
  return { kind: 'any', conditions: alternatives.map((value) => ({ kind, field, text: folded(value) })) }
}

const inAnyField = (text: string): RunCondition => ({
  kind: 'any',
  conditions: runFields.map((field) => ({ kind: 'contains', field, text })),
})

const folded = (quoted: string): string => foldCase(quoted.replaceAll('"', ''))

function atMost(parts: string[], what: string): string[] {
  if (parts.length <= MOST) return parts
  throw new StudioError('InvalidArgument', `The query has ${parts.length} ${what}: use at most ${MOST}.`, {
    field: 'query',
  })
}
