/** Collects a plan's inputs, parameters, values and operations while nodes are lowered, and orders them. */
import type { BoundColumns, ModelNode } from './document.ts'
import { appendAll } from './extremes.ts'
import { isLookup } from './kinds/embedding-lowering.ts'
import { nodeDefinition, operationDefinition } from './kinds/index.ts'
import type { Lowering } from './kinds/node.ts'
import type { OperationFields } from './kinds/operation.ts'
import { DEFAULT_UNTRAINED_ROWS, type UntrainedRows } from './kinds/untrained-rows.ts'
import type { Plan, PlanLoss, PlanOperation } from './plan-types.ts'
import type { ParameterIndex, PlanInitializer, PlanParameter, PlanValue, ValueIndex } from './plan-values.ts'

export class PlanBuilder implements Lowering {
  readonly values: PlanValue[] = []
  readonly operations: PlanOperation[] = []
  readonly parameters: PlanParameter[] = []
  private readonly columns: BoundColumns
  private readonly sparseIndices: Map<string, number>
  /** The index of each table's column among the dataset's. */
  private readonly tableColumns = new Map<ParameterIndex, number>()
  private readonly dense: string[] = []
  /** The offset in `dense` of each list of columns. Nodes with equal lists share it. */
  private readonly denseOffsets = new Map<string, number>()

  constructor(columns: BoundColumns) {
    this.columns = columns
    this.sparseIndices = new Map(columns.sparse.map((column, columnIndex) => [column.name, columnIndex]))
  }

  /**
   * Adds a node's parameters and operations. `inputs` are its sources' values in the order of ports and sources. The
   * node must be free of errors. Returns the value of its output, which is the prediction for a loss.
   */
  lower(node: ModelNode, inputs: ValueIndex[]): ValueIndex {
    const definition = nodeDefinition(node)
    const width = definition.width(
      node,
      inputs.map((input) => this.widthOf(input)),
    )
    return definition.lower(this, node, inputs, width)
  }

  widthOf(value: ValueIndex): number {
    return this.values[value]?.width ?? 0
  }

  /** The offset of these columns in a batch's dense features. */
  denseOffset(names: string[]): number {
    const key = JSON.stringify(names)
    const known = this.denseOffsets.get(key)
    if (known !== undefined) return known
    const offset = this.dense.length
    appendAll(this.dense, names)
    this.denseOffsets.set(key, offset)
    return offset
  }

  /** A sparse column's index among the dataset's, which finish() replaces with its index among the plan's inputs. */
  sparseColumn(name: string): { columnIndex: number; cardinality: number } {
    const columnIndex = this.sparseIndices.get(name) ?? -1
    const column = this.columns.sparse[columnIndex]
    if (!column) throw new Error(`The column '${name}' does not exist, which checkDocument reports.`)
    return { columnIndex, cardinality: column.cardinality }
  }

  /** Adds a parameter whose rows are updated individually. `columnIndex` is the index of its column. */
  table(
    columnIndex: number,
    name: string,
    shape: number[],
    initial: PlanInitializer,
    untrained: UntrainedRows = DEFAULT_UNTRAINED_ROWS,
  ): ParameterIndex {
    const replaced = untrained === 'initial' ? {} : { untrained }
    const index = this.parameters.push({ name, shape, kind: 'table', initial, ...replaced }) - 1
    this.tableColumns.set(index, columnIndex)
    return index
  }

  weight(name: string, shape: number[], initial: PlanInitializer): ParameterIndex {
    return this.parameters.push({ name, shape, kind: 'dense', initial }) - 1
  }

  /** Appends an operation of `node`. Returns the value that it writes, which has this width and name. */
  add<Operation extends OperationFields>(
    node: string,
    name: string,
    width: number,
    operation: Omit<Operation, 'output'>,
  ): ValueIndex {
    const output = this.values.push({ name, width }) - 1
    // Kinds add only operations that the registry has.
    this.operations.push({ node, ...operation, output } as unknown as PlanOperation)
    return output
  }

  /**
   * The plan: tables first in the order of their columns, then dense parameters as they were added; lookups first in
   * the order of their tables, then the other operations as they were added.
   */
  finish(loss: PlanLoss): Plan {
    const column = (index: ParameterIndex) => this.tableColumns.get(index) ?? Infinity
    const order = [...this.parameters.keys()].sort((a, b) => {
      const [first, second] = [column(a), column(b)]
      return first === second ? a - b : first - second
    })
    const parameterAt = new Map(order.map((from, to) => [from, to]))
    const columnIndices = [...new Set(this.tableColumns.values())].sort((a, b) => a - b)
    const columnAt = new Map(columnIndices.map((from, to) => [from, to]))
    const operations = this.operations.map((operation) => renumbered(operation, parameterAt, columnAt))
    const lookups = operations.filter(isLookup)
    return {
      version: 1,
      inputs: {
        dense: [...this.dense],
        sparse: columnIndices.flatMap((columnIndex) => {
          const bound = this.columns.sparse[columnIndex]
          if (!bound) return []
          const { name, cardinality, multiValued } = bound
          return [{ name, cardinality, multiValued }]
        }),
      },
      parameters: order.flatMap((index) => this.parameters[index] ?? []),
      values: this.values,
      operations: [
        ...lookups.sort((a, b) => a.table - b.table),
        ...operations.filter((operation) => !isLookup(operation)),
      ],
      loss,
    }
  }
}

/** The operation with the indices that its parameters and its column have in the finished plan. */
function renumbered(
  operation: PlanOperation,
  parameterAt: Map<number, number>,
  columnAt: Map<number, number>,
): PlanOperation {
  const changed: Record<string, unknown> = { ...operation }
  for (const field of operationDefinition(operation).parameters) {
    const index = changed[field] as ParameterIndex | null
    changed[field] = index === null ? null : (parameterAt.get(index) ?? index)
  }
  if (isLookup(operation)) changed.column = columnAt.get(operation.column) ?? operation.column
  return changed as unknown as PlanOperation
}
