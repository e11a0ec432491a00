/** Do the widths fit where nodes meet? */
import type { ModelNode } from './document.ts'
import { sourcesOf } from './graph.ts'
import type { ProblemList } from './problem-list.ts'
import { MAX_WIDTH, outputWidth } from './widths.ts'

/**
 * Widths of the nodes in `order` by id. A node that has an error, or a source without a width, has none: what comes
 * after a mistake is not reported again.
 */
export function checkWidths(
  order: ModelNode[],
  byId: Map<string, ModelNode>,
  problems: ProblemList,
): Map<string, number> {
  const widths = new Map<string, number>()
  const faulty = problems.faulty()
  for (const node of order) {
    const sources = sourcesOf(node)
    const inputs = sources.flatMap((id) => widths.get(id) ?? [])
    if (faulty.has(node.id) || inputs.length < sources.length) continue
    const before = problems.all.length
    checkNode(node, sources, inputs, byId, problems)
    const stopped = problems.all.slice(before).some((problem) => problem.severity === 'error')
    if (!stopped) widths.set(node.id, outputWidth(node, inputs))
  }
  return widths
}

function checkNode(
  node: ModelNode,
  sources: string[],
  inputs: number[],
  byId: Map<string, ModelNode>,
  problems: ProblemList,
): void {
  if (node.kind === 'dotInteraction' || node.kind === 'sum' || node.kind === 'factorizationMachine') {
    if (new Set(inputs).size > 1) {
      problems.error(
        node.id,
        'inputs.vectors',
        `All inputs need the same width: ${widthGroups(sources, inputs)}. Change the widths or put an mlp in between.`,
      )
      return
    }
  }
  if (node.kind === 'cross' && node.version === 'v2LowRank' && node.rank === undefined)
    problems.error(node.id, 'rank', 'A low-rank cross layer needs a rank: set it, e.g. to 32.')
  if (node.kind === 'loss') checkLoss(node, inputs[0] ?? 0, byId.get(sources[0] ?? ''), problems)
  const width = outputWidth(node, inputs)
  if (width < 1)
    problems.error(
      node.id,
      'inputs.vectors',
      'A single vector has no pairs: connect a second one or keep the first.',
    )
  if (width > MAX_WIDTH)
    problems.error(
      node.id,
      null,
      `The output would be ${width} wide but the maximum is ${MAX_WIDTH}: use fewer inputs.`,
    )
}

/** "16: 'bot', 'emb_l.0' and 3 more; 8: 'emb_l.4'" */
function widthGroups(sources: string[], inputs: number[]): string {
  const groups = new Map<number, string[]>()
  inputs.forEach((width, place) => {
    groups.set(width, [...(groups.get(width) ?? []), sources[place] ?? ''])
  })
  return [...groups]
    .map(([width, ids]) => {
      const more = ids.length > 4 ? ` and ${ids.length - 4} more` : ''
      return `${width} wide ${ids.length === 1 ? 'is' : 'are'} ${ids.slice(0, 4).join(', ')}${more}`
    })
    .join('; ')
}

function checkLoss(
  node: Extract<ModelNode, { kind: 'loss' }>,
  width: number,
  source: ModelNode | undefined,
  problems: ProblemList,
): void {
  if (width !== 1)
    problems.error(
      node.id,
      'inputs.prediction',
      `A prediction has width 1, but '${source?.id}' has ${width}: add an mlp of width 1.`,
    )
  if (node.loss === 'weightedBce' && !node.weights)
    problems.error(node.id, 'weights', 'A weighted loss needs the weights of label 0 and label 1: set them.')
  const probability =
    (source?.kind === 'mlp' && source.outputActivation === 'sigmoid') ||
    (source?.kind === 'activation' && source.activation === 'sigmoid')
  if (node.loss !== 'mse' && !probability)
    problems.error(
      node.id,
      'inputs.prediction',
      `This loss needs a probability, but '${source?.id}' can output any number: add a sigmoid, or use the mse loss.`,
    )
}
