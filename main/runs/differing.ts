/** Which settings of several runs differ, as paths into them. */
import type { Comparison, RunDetail } from '../contract/runs.ts'

type Differing = Comparison['differing']

/** How the drawing looks, not what the model is. */
const DRAWING = new Set(['position', 'label'])

/**
 * Paths whose values are not the same in every run, sorted; null where a run has no such field. Nodes of a model are
 * told apart by their id (`model.nodes.top.widths`), lists of plain values are compared whole.
 */
export function differingSettings(runs: readonly RunDetail[]): Differing {
  const flat = runs.map((run) => flatten(comparable(run)))
  const paths = [...new Set(flat.flatMap((settings) => [...settings.keys()]))].toSorted()
  return paths.flatMap((path) => {
    const values = flat.map((settings) => settings.get(path) ?? null)
    const texts = new Set(values.map((value) => JSON.stringify(value)))
    return texts.size > 1 ? [{ path, values }] : []
  })
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
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return into.set(path, value)
  for (const [key, inner] of Object.entries(value)) {
    if (!DRAWING.has(key)) flatten(inner, path ? `${path}.${key}` : key, into)
  }
  return into
}
