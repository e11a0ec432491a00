/** The settings of several runs side by side, as paths into them. */
import { isPlainObject } from '../model/plain-object.ts'
import type { RunDetail } from './runs.ts'

/** One setting with its value in each run, which is null if a run does not have the field. */
export interface SettingRow {
  path: string
  values: unknown[]
}

/** Fields that describe how the drawing looks and not what the model is. */
const DRAWING = new Set(['position', 'label'])

/**
 * Every setting, sorted by path. Nodes of a model are identified by their id (`model.nodes.top.widths`); lists of plain
 * values are compared as a whole.
 */
export function settingsSideBySide(runs: readonly RunDetail[]): SettingRow[] {
  const flat = runs.map((run) => flatten(comparable(run)))
  const paths = [...new Set(flat.flatMap((settings) => [...settings.keys()]))].toSorted()
  return paths.map((path) => ({ path, values: flat.map((settings) => settings.get(path) ?? null) }))
}

/** The settings whose values are not the same in every run. */
export function differingSettings(runs: readonly RunDetail[]): SettingRow[] {
  return settingsSideBySide(runs).filter(differs)
}

export function differs({ values }: SettingRow): boolean {
  return new Set(values.map((value) => JSON.stringify(value))).size > 1
}

function comparable({
  config,
  model,
  environment,
  datasetName,
  datasetHash,
}: RunDetail): Record<string, unknown> {
  const { cpu, threads, instructionSet, appVersion, gitCommit } = environment
  const nodes = model.nodes.map(({ id, ...node }) => [id, node] as const)
  return {
    config,
    dataset: { name: datasetName, hash: datasetHash },
    environment: { cpu, threads, instructionSet, appVersion, gitCommit },
    model: { name: model.name, nodes: Object.fromEntries(nodes) },
  }
}

function flatten(value: unknown, path = '', into = new Map<string, unknown>()): Map<string, unknown> {
  if (!isPlainObject(value)) return into.set(path, value)
  for (const [key, inner] of Object.entries(value)) {
    if (!DRAWING.has(key)) flatten(inner, path ? `${path}.${key}` : key, into)
  }
  return into
}
