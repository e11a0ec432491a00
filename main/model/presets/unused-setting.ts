/**
 * Finds settings of a preset that have no effect, such as loss weights beside an unweighted loss. There is no table of
 * rules: a setting has an effect if another value of it gives another plan while all other settings stay the same.
 */
import { z } from 'zod'
import { assign, type Assignment } from '../assign-setting.ts'
import type { BoundColumns } from '../document.ts'
import { maximumOf } from '../extremes.ts'
import { isLookup } from '../kinds/embedding-lowering.ts'
import { compilePlan, ModelError } from '../plan.ts'
import { presets, type PresetName } from './index.ts'

type Tree = Record<string, unknown>

/** A setting that stands for its whole group, to test whether the group has an effect. */
const OTHER_COMPRESSIONS: readonly Tree[] = [
  { kind: 'none' },
  { kind: 'hash', rows: 1 },
  { kind: 'quotientRemainder', collisions: 2, threshold: 0 },
]

export interface UnusedSetting {
  /** Joined by dots. */
  path: string
  /** The rest of the sentence that begins with "it has no effect because". */
  reason: string
}

/** The first setting that has no effect, or null. `settings` have to be valid. */
export function unusedSetting(
  name: PresetName,
  columns: BoundColumns,
  assignments: readonly Assignment[],
): UnusedSetting | null {
  const settings = assignments.reduce<Tree>(assign, {})
  const whole = planText(name, columns, settings)
  if (whole === null) return null
  if (asksForCompression(settings) && planText(name, columns, without(settings, ['compression'])) === whole) {
    return { path: 'compression', reason: nothingToCompress(columns) }
  }
  for (const { path, value } of assignments.flatMap(leaves)) {
    const others = otherSettings(name, columns, settings, path, value)
    if (!isAnotherPlan(name, columns, whole, others)) {
      return {
        path: path.join('.'),
        reason: 'no value changes the model with the other settings and this dataset',
      }
    }
  }
  return null
}

function asksForCompression({ compression }: Tree): boolean {
  return typeof compression === 'object' && (compression as { kind?: unknown } | null)?.kind !== 'none'
}

function nothingToCompress({ sparse }: BoundColumns): string {
  if (sparse.length === 0) return 'the dataset has no sparse columns, and so no tables'
  const largest = maximumOf(sparse.map(({ cardinality }) => cardinality))
  return `no table is large enough for it: the largest has ${largest.toLocaleString('en-US')} rows`
}

/** Whether one of the settings gives another plan. It stops at the first that does. */
function isAnotherPlan(
  name: PresetName,
  columns: BoundColumns,
  whole: string,
  others: Iterable<Tree>,
): boolean {
  for (const other of others) {
    const text = planText(name, columns, other)
    if (text !== INVALID && text !== whole) return true
  }
  return false
}

/** Values inside a group are settings themselves. */
function leaves({ path, value }: Assignment): Assignment[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [{ path, value }]
  return Object.entries(value).flatMap(([key, inner]) => leaves({ path: [...path, key], value: inner }))
}

function* otherSettings(
  name: PresetName,
  columns: BoundColumns,
  settings: Tree,
  path: string[],
  value: unknown,
): Generator<Tree> {
  yield without(settings, path)
  for (const other of otherValues(value)) yield assign(settings, { path, value: other })
  for (const other of choicesAt(name, columns, settings, path)) yield assign(settings, { path, value: other })
  if (path.at(-1) !== 'kind') return
  for (const other of OTHER_COMPRESSIONS) yield assign(settings, { path: path.slice(0, -1), value: other })
}

/** Many candidates are not valid values of the setting; its schema decides. */
function otherValues(value: unknown): unknown[] {
  if (typeof value === 'boolean') return [!value]
  if (Array.isArray(value)) return [[...(value as unknown[]), 2], [], [1], [2, 3], [3, 2]]
  const number = typeof value === 'number' ? value : 1
  return [0, 1, 2, 3, 0.1, number + 1, number * 2, Math.floor(number / 2)]
}

/** The words that are allowed for a setting, which its schema lists when it refuses another. */
function choicesAt(name: PresetName, columns: BoundColumns, settings: Tree, path: string[]): unknown[] {
  try {
    presets[name].build(columns, assign(settings, { path, value: '\0' }))
    return []
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    const issue = error.issues.find((each) => each.path.join('.') === path.join('.'))
    return issue?.code === 'invalid_value' ? issue.values : []
  }
}

const INVALID = ''

/** A text that is equal for equal computations. INVALID for invalid settings, null for a model that cannot run. */
function planText(name: PresetName, columns: BoundColumns, settings: Tree): string | null {
  try {
    const plan = compilePlan(presets[name].build(columns, settings), columns)
    const { loss, operations } = plan
    return JSON.stringify({
      ...plan,
      loss: loss.kind === 'weightedBce' ? loss : { ...loss, weights: null },
      // The mean of a single row is the row itself.
      operations: operations.map((operation) =>
        isLookup(operation) && !plan.inputs.sparse[operation.column]?.multiValued
          ? { ...operation, pooling: 'sum' }
          : operation,
      ),
    })
  } catch (error) {
    if (error instanceof z.ZodError) return INVALID
    if (error instanceof ModelError) return null
    throw error
  }
}

function without(settings: Tree, [first = '', ...rest]: string[]): Tree {
  const { [first]: own, ...others } = settings
  return rest.length === 0 ? others : { ...others, [first]: without(own as Tree, rest) }
}
