/** Checks whether the widths of connected nodes fit together. */
import type { ModelNode } from './document.ts'
import { titleOf, sourcesOf } from './graph.ts'
import { nodeDefinition } from './kinds/index.ts'
import type { NodeInput } from './kinds/node.ts'
import type { ProblemList } from './problem-list.ts'

/** The largest width. Wider values would make matrices that no machine can hold. */
const MAX_WIDTH = 2 ** 22

/**
 * The widths of the nodes in `order`, by id. A node that has an error, or a source without a width, has no width, so
 * that nodes after a mistake do not report it again.
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
      return [
        {
          name: titleOf(source),
          width,
          outputsProbability: nodeDefinition(source).outputsProbability?.(source) ?? false,
        },
      ]
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

/** Widths with the nodes that have them, as in "16 wide are bot_l, user and 3 more; 8 wide is item". */
function widthGroups(inputs: readonly NodeInput[]): string {
  return [...Map.groupBy(inputs, ({ width }) => width)]
    .map(([width, group]) => {
      const names = group.map(({ name }) => name)
      const more = names.length > 4 ? ` and ${names.length - 4} more` : ''
      return `${width} wide ${names.length === 1 ? 'is' : 'are'} ${names.slice(0, 4).join(', ')}${more}`
    })
    .join('; ')
}
