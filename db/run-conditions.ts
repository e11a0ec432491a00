/** Translates a query over runs, and an order of them, to SQL. */
import type { RunSort } from '../main/contract/run-list.ts'
import type { RunCondition, RunField } from '../main/contract/run-query.ts'
import { SHOWN_NOTES, SHOWN_TAG } from './run-rows.ts'

const columns: Record<Exclude<RunField, 'tag'>, string> = {
  status: 'status',
  dataset: 'dataset_name',
  model: 'model_name',
  name: 'name',
  id: 'id',
  notes: SHOWN_NOTES,
}

/** A condition on a row of runs, and the texts with which it compares. */
export interface SqlCondition {
  sql: string
  parameters: Record<string, string>
}

export function sqlCondition(condition: RunCondition): SqlCondition {
  const parameters: Record<string, string> = {}
  /** The same text is one parameter, because a word is compared with every field. */
  const names = new Map<string, string>()
  const parameter = (text: string): string => {
    const name = names.get(text) ?? `text${names.size}`
    names.set(text, name)
    parameters[name] = text
    return `:${name}`
  }
  return { sql: compile(condition, parameter), parameters }
}

function compile(condition: RunCondition, parameter: (text: string) => string): string {
  switch (condition.kind) {
    case 'all':
    case 'any': {
      const clauses = condition.conditions.map((each) => compile(each, parameter))
      if (clauses.length === 0) return condition.kind === 'all' ? 'TRUE' : 'FALSE'
      return `(${clauses.join(condition.kind === 'all' ? ' AND ' : ' OR ')})`
    }
    case 'not':
      return `NOT ${compile(condition.condition, parameter)}`
    case 'contains':
    case 'equals': {
      const { kind, field, text } = condition
      const compared = (value: string) =>
        kind === 'equals'
          ? `${folded(value)} = ${parameter(text)}`
          : `instr(${folded(value)}, ${parameter(text)}) > 0`
      if (field !== 'tag') return compared(columns[field])
      return `EXISTS (SELECT 1 FROM run_tags WHERE run = runs.key AND ${compared(SHOWN_TAG)})`
    }
  }
}

/** SQLite's own function suffices for ASCII, and is several times as fast as one in JavaScript. */
const folded = (value: string): string =>
  `iif(length(${value}) = octet_length(${value}), lower(${value}), fold_case(${value}))`

const natural = (column: string): string => `natural_order(${column})`

const sorted: Record<RunSort['column'], string> = {
  name: natural('name'),
  status: natural('status'),
  model: natural('model_name'),
  dataset: natural('dataset_name'),
  best: 'best',
  last: 'last',
  testAuc: 'test_auc',
  duration: 'duration_ms',
  created: 'created_at',
}

const NEWEST_FIRST = 'created_at DESC, key DESC'

/** For ORDER BY. Runs without a value come last in either direction, and equal ones are ordered newest first. */
export function sqlOrder({ column, descending }: RunSort): string {
  if (column === 'created') return descending ? NEWEST_FIRST : 'created_at, key DESC'
  return `${sorted[column]} ${descending ? 'DESC' : 'ASC'} NULLS LAST, ${NEWEST_FIRST}`
}
