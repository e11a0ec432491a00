/** Checks whether the document is a graph with one loss: ids, sources, ports, cycles, and unused nodes. */
import type { ModelDocument, ModelNode, ModelProblem } from './document.ts'
import { lossesOf, nodesById, orderFrom, portsOf, titleOf, type Order } from './graph.ts'
import { nodeDefinition } from './kinds/index.ts'
import { listed, ProblemList, duplicates } from './problem-list.ts'

/** Reports on every node's ids and ports. Returns all nodes in an order in which each comes after its sources. */
export function checkStructure(
  document: ModelDocument,
  byId: Map<string, ModelNode>,
  problems: ProblemList,
): Order {
  const order = checkGraph(document.nodes, byId, problems)
  for (const node of document.nodes) checkPorts(node, byId, problems)
  checkLosses(document, problems)
  checkAnnotations(document, byId, problems)
  warnOfUnused(document, byId, problems)
  return order
}

/**
 * Reports why nodes do not form a graph without cycles. It concerns the document, not one node, so a drawing cannot
 * show it on a box.
 */
export function graphProblems(nodes: ModelNode[]): ModelProblem[] {
  const problems = new ProblemList()
  checkGraph(nodes, nodesById({ nodes }), problems)
  return problems.all
}

function checkGraph(nodes: ModelNode[], byId: Map<string, ModelNode>, problems: ProblemList): Order {
  for (const id of duplicates(nodes.map((node) => node.id)))
    problems.error(id, 'id', `Several nodes have the id '${id}': rename all but one.`)
  const order = orderFrom(nodes, byId)
  for (const cycle of order.cycles) {
    const names = [...cycle].reverse()
    const path = [...names, names[0]].join(' → ')
    problems.error(
      names[0] ?? null,
      'inputs',
      `These nodes feed each other in a cycle: ${path}. Remove one connection.`,
    )
  }
  return order
}

function checkPorts(node: ModelNode, byId: Map<string, ModelNode>, problems: ProblemList): void {
  for (const port of portsOf(node)) {
    const field = `inputs.${port.name}`
    if (port.sources.length < port.minimum)
      problems.error(node.id, field, `Nothing is connected to '${port.name}': connect a node to it.`)
    if (port.sources.length > port.maximum)
      problems.error(
        node.id,
        field,
        `'${port.name}' accepts one node but has ${port.sources.length}: remove the others, or put a concatenation before it.`,
      )
    const unknown = port.sources.filter((id) => !byId.has(id))
    if (unknown.length > 0)
      problems.error(node.id, field, `There is no node ${listed(unknown)}: connect an existing node instead.`)
    for (const source of port.sources.map((id) => byId.get(id)))
      if (source && nodeDefinition(source).endsModel)
        problems.error(
          node.id,
          field,
          `'${titleOf(source)}' is a loss, which has no output: connect the node before it.`,
        )
  }
}

function checkLosses(document: ModelDocument, problems: ProblemList): void {
  const losses = lossesOf(document)
  if (losses.length === 0)
    problems.error(null, 'nodes', 'The model has no loss: add a loss node after the prediction.')
  const [first] = losses
  for (const extra of losses.slice(1))
    problems.error(
      extra.id,
      'kind',
      `The model already has the loss '${first && titleOf(first)}': remove one of them.`,
    )
}

/** Annotations do not change what is computed, so a mistake in them is a warning and does not prevent a run. */
function checkAnnotations(
  { comments = [], groups = [] }: ModelDocument,
  byId: Map<string, ModelNode>,
  problems: ProblemList,
): void {
  for (const id of duplicates(comments.map((comment) => comment.id)))
    problems.warning(null, 'comments', `Several comments have the id '${id}': rename all but one.`)
  for (const id of duplicates(groups.map((group) => group.id)))
    problems.warning(null, 'groups', `Several groups have the id '${id}': rename all but one.`)
  const unknown = groups.flatMap(({ nodes }) => nodes.filter((id) => !byId.has(id)))
  if (unknown.length > 0)
    problems.warning(null, 'groups', `There is no node ${listed(unknown)}: take it out of its group.`)
  const twice = duplicates(groups.flatMap(({ nodes }) => nodes))
  if (twice.length > 0)
    problems.warning(null, 'groups', `${listed(twice)}: in several groups; keep it in only one.`)
}

/** The ids of the nodes that lead to the loss, or null if there is no loss or more than one. */
export function nodesReachingLoss(
  { nodes }: Pick<ModelDocument, 'nodes'>,
  byId = nodesById({ nodes }),
): Set<string> | null {
  const losses = lossesOf({ nodes })
  return losses.length === 1 ? new Set(orderFrom(losses, byId).nodes.map((node) => node.id)) : null
}

function warnOfUnused(document: ModelDocument, byId: Map<string, ModelNode>, problems: ProblemList): void {
  const used = nodesReachingLoss(document, byId)
  if (!used) return
  for (const node of byId.values())
    if (!used.has(node.id))
      problems.warning(
        node.id,
        null,
        'This node is not connected to the loss and is left out: connect it or delete it.',
      )
}
