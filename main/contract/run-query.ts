/** The language of `runs list --query` and of the window's filter field, as a syntax tree that the database answers. */
import { StudioError } from './errors.ts'

export const runFields = ['status', 'dataset', 'model', 'name', 'id', 'tag', 'notes'] as const
/** The fields of a run that a query can name. */
export type RunField = (typeof runFields)[number]

/** The condition for a run. Texts are folded by `foldCase`. */
export type RunCondition =
  /** All of them, or at least one of them. */
  | { kind: 'all' | 'any'; conditions: readonly RunCondition[] }
  | { kind: 'not'; condition: RunCondition }
  /** The field (of tags, one of them) contains the text, or equals the text. */
  | { kind: 'contains' | 'equals'; field: RunField; text: string }

/**
 * The maximum number of terms of a query, and of alternatives of a term. Nobody types more, and a database does not
 * accept thousands.
 */
const MAX_TERMS = 100

/**
 * A text in the form in which a query compares it, without regard to case. An unpaired surrogate is replaced as the
 * database replaces it.
 */
export function foldCase(text: string): string {
  return text.toWellFormed().toLowerCase()
}

/**
 * Reads words and `field:value` terms, all of which a run must match: `criteo status:completed,stopped -tag:"first
 * try"`. A word is searched in every field, a value in its own, without regard to case. Values separated by commas are
 * alternatives, a leading minus negates a term, and quotes keep blanks together. Status and tag match as a whole, other
 * fields in part. Throws InvalidArgument for an unknown field, and for hundreds of terms.
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

function atMost(items: string[], what: string): string[] {
  if (items.length <= MAX_TERMS) return items
  throw new StudioError(
    'InvalidArgument',
    `The query has ${items.length} ${what}: use at most ${MAX_TERMS}.`,
    {
      field: 'query',
    },
  )
}
