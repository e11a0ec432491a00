/** Everything that is known about a document before it runs: problems, shapes, sizes and costs. */
import { checkColumns } from './check-columns.ts'
import { checkStructure } from './check-structure.ts'
import { checkWidths } from './check-widths.ts'
import {
  operationCosts,
  operationSize,
  optimizerBytes,
  optimizerKinds,
  parameterCount,
  sumCosts,
  trainableValues,
  type OptimizerBytes,
} from './costs.ts'
import type { BoundColumns, ModelDocument, ModelNode, ModelProblem, NodeKind } from './document.ts'
import { nodesById, sourcesOf } from './graph.ts'
import { isLookup } from './kinds/embedding-lowering.ts'
import { nodeDefinition } from './kinds/index.ts'
import type { OperationCosts } from './kinds/operation.ts'
import { namedColumns } from './named-columns.ts'
import { PlanBuilder } from './plan-builder.ts'
import { listed, ProblemList, duplicates } from './problem-list.ts'

export interface NodeReport {
  id: string
  kind: NodeKind
  /** [batch, width], or null if an earlier mistake leaves it unknown. */
  output: { width: number } | null
  /** null if the output is null, and for tables while no dataset is bound. The same holds for the other sizes. */
  parameters: number | null
  bytes: OptimizerBytes | null
  /** For one sample. */
  costs: OperationCosts | null
}

export interface ModelTotals {
  /** Sums over the nodes whose sizes are known. `complete` is false if some are unknown. */
  complete: boolean
  parameters: number
  bytes: OptimizerBytes
  costs: OperationCosts
}

export interface ModelCheck {
  /** Errors come first. */
  problems: ModelProblem[]
  /** In the document's order, one report for each id. */
  nodes: NodeReport[]
  totals: ModelTotals
}

/** Checks a document, against a dataset's columns if they are given. */
export function checkDocument(document: ModelDocument, columns: BoundColumns | null): ModelCheck {
  const problems = new ProblemList()
  const byId = nodesById(document)
  const order = checkStructure(document, byId, problems)
  checkColumns(document, columns, problems)
  warnOfUnusedFields(document, problems)
  const widths = checkWidths(order.nodes, byId, problems)
  const reports = reportNodes(
    order.nodes.filter((node) => widths.has(node.id)),
    columns,
    columns ?? placeholderColumns(document),
    problems,
  )
  const nodes = [...byId.values()].map((node) => reports.get(node.id) ?? unknownReport(node))
  const severity = (problem: ModelProblem) => (problem.severity === 'error' ? 0 : 1)
  problems.all.sort((a, b) => severity(a) - severity(b))
  return { problems: problems.all, nodes, totals: totalsOf(nodes) }
}

/** A stored document may have settings that have no effect. They do not prevent a run. */
function warnOfUnusedFields(document: ModelDocument, problems: ProblemList): void {
  for (const node of document.nodes)
    for (const [field, reason] of nodeDefinition(node).unusedSettings?.(node) ?? [])
      problems.warning(
        node.id,
        field,
        `This has no effect: ${reason}. Remove it, or change the other setting.`,
      )
}

/** Lowers every node without errors, so that sizes and costs are those of the plan itself. */
function reportNodes(
  nodes: ModelNode[],
  bound: BoundColumns | null,
  columns: BoundColumns,
  problems: ProblemList,
): Map<string, NodeReport> {
  const builder = new PlanBuilder(columns)
  const outputs = new Map<string, number>()
  const ranges = nodes.map((node) => {
    const start = { parameters: builder.parameters.length, operations: builder.operations.length }
    const output = builder.lower(
      node,
      sourcesOf(node).map((id) => outputs.get(id) ?? -1),
    )
    outputs.set(node.id, output)
    const parameters = builder.parameters.slice(start.parameters)
    return { node, output, parameters, operations: builder.operations.slice(start.operations) }
  })
  for (const name of duplicates(builder.parameters.map((parameter) => parameter.name)))
    problems.error(
      ranges.find(({ parameters }) => parameters.some((parameter) => parameter.name === name))?.node.id ??
        null,
      'id',
      `Two nodes would both have a parameter ${listed([name])}: rename one of them.`,
    )
  const trainable = trainableValues(builder.operations)
  return new Map(
    ranges.map(({ node, output, parameters, operations }) => {
      const known = bound !== null || parameters.every((parameter) => parameter.kind === 'dense')
      const costs = operations.map((operation) =>
        operationCosts(
          operation,
          operationSize(
            operation,
            builder.values,
            trainable,
            isLookup(operation) ? (columns.sparse[operation.column]?.meanValues ?? 1) : 0,
          ),
        ),
      )
      const report: NodeReport = {
        id: node.id,
        kind: node.kind,
        output: { width: builder.values[output]?.width ?? 0 },
        parameters: known ? parameterCount(parameters) : null,
        bytes: known ? optimizerBytes(parameters) : null,
        costs: sumCosts(costs),
      }
      return [node.id, report]
    }),
  )
}

/**
 * Placeholders for the columns that a document names. They suffice for every width, but not for the sizes of tables.
 */
function placeholderColumns(document: ModelDocument): BoundColumns {
  return {
    dense: [],
    sparse: namedColumns(document).sparse.map((name) => ({ name, cardinality: 1, multiValued: true })),
  }
}

function unknownReport(node: ModelNode): NodeReport {
  return { id: node.id, kind: node.kind, output: null, parameters: null, bytes: null, costs: null }
}

function totalsOf(nodes: NodeReport[]): ModelTotals {
  const bytes: OptimizerBytes = { sgd: 0, adagrad: 0, rowWiseAdagrad: 0, adam: 0 }
  for (const node of nodes) for (const kind of optimizerKinds) bytes[kind] += node.bytes?.[kind] ?? 0
  return {
    complete: nodes.every((node) => node.parameters !== null),
    parameters: nodes.reduce((total, node) => total + (node.parameters ?? 0), 0),
    bytes,
    costs: sumCosts(nodes.flatMap((node) => node.costs ?? [])),
  }
}
