/** Is the document a graph with one loss? Ids, sources, ports, cycles, and nodes that nothing uses. */
import type { ModelDocument, ModelNode, ModelProblem } from './document.ts'
import { lossesOf, nodesById, orderFrom, portsOf, type Order } from './graph.ts'
import { nodeDefinition } from './kinds/index.ts'
import { listed, ProblemList, repeated } from './problem-list.ts'

/** Reports on every node's ids and ports; the order of all nodes, each after its sources. */
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

/** What makes nodes no graph without cycles; a drawing has no place to correct that at. */
export function graphProblems(nodes: ModelNode[]): ModelProblem[] {
  const problems = new ProblemList()
  checkGraph(nodes, nodesById({ nodes }), problems)
  return problems.all
}

function checkGraph(nodes: ModelNode[], byId: Map<string, ModelNode>, problems: ProblemList): Order {
  for (const id of repeated(nodes.map((node) => node.id)))
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
    for (const id of port.sources)
      if (!givesOutput(byId.get(id)))
        problems.error(node.id, field, `'${id}' is a loss, which has no output: connect the node before it.`)
  }
}

/** A source that does not exist is reported as such. */
function givesOutput(node: ModelNode | undefined): boolean {
  return !node || !nodeDefinition(node).endsModel
}

function checkLosses(document: ModelDocument, problems: ProblemList): void {
  const losses = lossesOf(document)
  if (losses.length === 0)
    problems.error(null, 'nodes', 'The model has no loss: add a loss node after the prediction.')
  for (const extra of losses.slice(1))
    problems.error(extra.id, 'kind', `The model already has the loss '${losses[0]?.id}': remove one of them.`)
}

/** They change nothing that is computed: a mistake in them stops no run. */
function checkAnnotations(
  { comments = [], groups = [] }: ModelDocument,
  byId: Map<string, ModelNode>,
  problems: ProblemList,
): void {
  for (const id of repeated(comments.map((comment) => comment.id)))
    problems.warning(null, 'comments', `Several comments have the id '${id}': rename all but one.`)
  for (const id of repeated(groups.map((group) => group.id)))
    problems.warning(null, 'groups', `Several groups have the id '${id}': rename all but one.`)
  const unknown = groups.flatMap(({ nodes }) => nodes.filter((id) => !byId.has(id)))
  if (unknown.length > 0)
    problems.warning(null, 'groups', `There is no node ${listed(unknown)}: take it out of its group.`)
  const twice = repeated(groups.flatMap(({ nodes }) => nodes))
  if (twice.length > 0)
    problems.warning(null, 'groups', `${listed(twice)}: in several groups; keep it in only one.`)
}

/** Ids of the nodes that lead to the loss; null where there is no loss, or more than one. */
export function leadingToLoss(
  { nodes }: Pick<ModelDocument, 'nodes'>,
  byId = nodesById({ nodes }),
): Set<string> | null {
  const losses = lossesOf({ nodes })
  return losses.length === 1 ? new Set(orderFrom(losses, byId).nodes.map((node) => node.id)) : null
}

function warnOfUnused(document: ModelDocument, byId: Map<string, ModelNode>, problems: ProblemList): void {
  const used = leadingToLoss(document, byId)
  if (!used) return
  for (const node of byId.values())
    if (!used.has(node.id))
      problems.warning(
        node.id,
        null,
        'This node is not connected to the loss and is left out: connect it or delete it.',
      )
}
