/** The language of `runs list --query` and the window's filter field. */
import { StudioError } from './errors.ts'
import type { RunSummary } from './runs.ts'

/** What can be asked of a run. */
export type QueryableRun = Pick<
  RunSummary,
  'id' | 'name' | 'status' | 'modelName' | 'datasetName' | 'tags' | 'notes'
>

/** A map, because a name that somebody types must not find what every object has, such as `constructor`. */
const fields = new Map<string, (run: QueryableRun) => string[]>([
  ['status', (run) => [run.status]],
  ['dataset', (run) => [run.datasetName]],
  ['model', (run) => [run.modelName]],
  ['name', (run) => [run.name]],
  ['id', (run) => [run.id]],
  ['tag', (run) => run.tags],
  ['notes', (run) => [run.notes]],
])

/**
 * Words and `field:value` terms, all of which a run must match: `criteo status:completed,stopped -tag:"first try"`.
 * A word is looked for in every field, a value in its own, without regard to case; values separated by commas are
 * alternatives, a leading minus turns a term around, quotes keep blanks together. Status and tag match as a whole,
 * other fields in part. Throws InvalidArgument for a field that there is not.
 */
export function parseRunQuery(query: string): (run: QueryableRun) => boolean {
  const tests = termsOf(query).map(parseTerm)
  return (run) => tests.every((test) => test(run))
}

function termsOf(query: string): string[] {
  return query.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? []
}

function parseTerm(term: string): (run: QueryableRun) => boolean {
  const negated = term.length > 1 && term.startsWith('-')
  const positive = negated ? parsePositive(term.slice(1)) : parsePositive(term)
  return negated ? (run) => !positive(run) : positive
}

function parsePositive(term: string): (run: QueryableRun) => boolean {
  const match = /^([A-Za-z]+):(.*)$/.exec(term)
  if (!match?.[1]) {
    const word = unquoted(term)
    return (run) =>
      [...fields.values()].some((valuesOf) => valuesOf(run).some((value) => contains(value, word)))
  }
  const field = match[1].toLowerCase()
  const valuesOf = fields.get(field)
  if (!valuesOf) {
    throw new StudioError(
      'InvalidArgument',
      `"${term}" in the query is not a field of a run: use ${[...fields.keys()].join(', ')}.`,
      { field: 'query' },
    )
  }
  const wanted = alternatives(match[2] ?? '')
  const matches = field === 'status' || field === 'tag' ? equals : contains
  return (run) => valuesOf(run).some((value) => wanted.some((one) => matches(value, one)))
}

function alternatives(values: string): string[] {
  return (values.match(/(?:[^,"]|"[^"]*"?)+/g) ?? ['']).map(unquoted)
}

function unquoted(text: string): string {
  return text.replaceAll('"', '')
}

function contains(value: string, part: string): boolean {
  return value.toLowerCase().includes(part.toLowerCase())
}

function equals(value: string, whole: string): boolean {
  return value.toLowerCase() === whole.toLowerCase()
}
