/** Do the widths fit where nodes meet? */
import type { ModelNode } from './document.ts'
import { sourcesOf } from './graph.ts'
import { nodeDefinition } from './kinds/index.ts'
import type { NodeInput } from './kinds/node.ts'
import type { ProblemList } from './problem-list.ts'

/** A value wider than this would make matrices that no machine holds. */
const MAX_WIDTH = 2 ** 22

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
    const inputs = sources.flatMap((id): NodeInput[] => {
      const width = widths.get(id)
      const source = byId.get(id)
      if (width === undefined || !source) return []
      return [{ id, width, givesProbability: nodeDefinition(source).givesProbability?.(source) ?? false }]
    })
    if (faulty.has(node.id) || inputs.length < sources.length) continue
    const before = problems.all.length
    checkNode(node, inputs, problems)
    const stopped = problems.all.slice(before).some((problem) => problem.severity === 'error')
    if (!stopped) widths.set(node.id, widthOf(node, inputs))
  }
  return widths
}

function widthOf(node: ModelNode, inputs: readonly NodeInput[]): number {
  return nodeDefinition(node).width(
    node,
    inputs.map(({ width }) => width),
  )
}

function checkNode(node: ModelNode, inputs: readonly NodeInput[], problems: ProblemList): void {
  const definition = nodeDefinition(node)
  const alike = definition.ports.find(({ sameWidth }) => sameWidth)
  if (alike && new Set(inputs.map(({ width }) => width)).size > 1) {
    problems.error(
      node.id,
      `inputs.${alike.name}`,
      `All inputs need the same width: ${widthGroups(inputs)}. Change the widths or put an MLP in between.`,
    )
    return
  }
  definition.checkInputs?.(node, inputs, problems.of(node.id))
  const width = widthOf(node, inputs)
  if (width > MAX_WIDTH)
    problems.error(
      node.id,
      null,
      `The output would be ${width} wide but the maximum is ${MAX_WIDTH}: use fewer inputs.`,
    )
}

/** "16: 'bot', 'emb_l.0' and 3 more; 8: 'emb_l.4'" */
function widthGroups(inputs: readonly NodeInput[]): string {
  return [...Map.groupBy(inputs, ({ width }) => width)]
    .map(([width, group]) => {
      const ids = group.map(({ id }) => id)
      const more = ids.length > 4 ? ` and ${ids.length - 4} more` : ''
      return `${width} wide ${ids.length === 1 ? 'is' : 'are'} ${ids.slice(0, 4).join(', ')}${more}`
    })
    .join('; ')
}
