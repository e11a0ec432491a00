/** The definition of a kind of node. Each file of this folder defines one kind; index.ts lists them. */
import type { z } from 'zod'
import type { BoundColumns } from '../columns.ts'
import type { ParameterIndex, PlanInitializer, ValueIndex } from '../plan-values.ts'
import type { NodeField } from './field.ts'
import type { OperationDefinition, OperationFields } from './operation.ts'
import type { UntrainedRows } from './untrained-rows.ts'

/** The fields that every node has; the other fields depend on its kind. */
export interface NodeBase {
  id: string
  kind: string
}

/** The purpose of a node, by which the palette is ordered and drawings are coloured. */
export type NodeGroupName = 'input' | 'table' | 'layers' | 'interaction' | 'output'

export interface PortDefinition {
  name: string
  /** The minimum and maximum number of sources. A document may leave out a port that needs none. */
  minimum: 0 | 1
  maximum: number
  /** All sources need the same width. */
  sameWidth?: true
}

/** A node's settings besides its id and kind. */
export type NodeSettings<Node> = Omit<Node, 'id' | 'kind' | 'label' | 'position'>

export interface NodeDefinition<Node extends NodeBase, Operation extends OperationFields = never> {
  kind: Node['kind']
  schema: z.ZodType<Node>

  /** The name that palette, inspector, drawings and tables show. */
  label: string
  /** What it does, in one sentence. */
  sentence: string
  /** What it computes from its settings, in a few words for those who write documents. */
  computes: string
  /** The width of its output in words; empty if it has no output. */
  widthInWords: string
  /** Additional words by which the palette finds it. */
  searchWords: string
  group: NodeGroupName
  /** The beginning of the ids of new nodes. */
  idStem: string
  /** The inspector's fields, in order. */
  fields: readonly NodeField[]
  /** Changes that correct a wrong value of a field, by the field's path. */
  corrections?: Readonly<Record<string, Correction>>
  /** The most important settings in one line. */
  detail(node: Node, text: DetailText): string
  /** The name in a drawing in the style of papers, given the first node that it reads; the label if absent. */
  paperLabel?(node: Node, source: NodeBase | undefined): string
  /** In such a drawing a node of this kind is part of the prediction if it comes directly before the loss. */
  belongsToPrediction?: true

  /** Empty if it reads only columns. Edges that people draw go to the first port. */
  ports: readonly PortDefinition[]
  /** The setting that names columns of the dataset: `column` has one name, `columns` any number. */
  columns?: { field: 'column' | 'columns'; role: 'dense' | 'sparse' }
  /** No node can read it, because a model ends with it. */
  endsModel?: true
  /** The settings of a new node, without inputs. */
  initialSettings(columns: ColumnChoice): NodeSettings<Node>
  /** Adds and removes settings that depend on the values of others. `node` has its base fields as well. */
  completeSettings?(node: Record<string, unknown>): Record<string, unknown>

  /**
   * The width of the output, from the widths of the inputs in order. It is meaningful only if the checks find no error.
   */
  width(node: Node, inputs: number[]): number
  /** Whether every output lies between 0 and 1. */
  outputsProbability?(node: Node): boolean
  /** Reports mistakes in the settings. `cardinality` is that of its sparse column, or null if it is not known. */
  checkSettings?(node: Node, problems: NodeProblems, cardinality: number | null): void
  /** Reports mistakes that depend on the inputs. */
  checkInputs?(node: Node, inputs: readonly NodeInput[], problems: NodeProblems): void
  /** Settings that have no effect because of the others, each with the reason. */
  unusedSettings?(node: Node): [field: string, reason: string][]

  /** Operations of the plan that this kind introduces; lowering may use those of other kinds too. */
  operations: { [Kind in Operation['kind']]: OperationDefinition<Extract<Operation, { kind: Kind }>> }
  /**
   * Adds the node's parameters and operations to the plan. `inputs` are the sources' values in the order of ports and
   * sources, `width` is the output's width. The node must be free of errors. Returns the value of its output.
   */
  lower(builder: Lowering, node: Node, inputs: ValueIndex[], width: number): ValueIndex
}

export interface Correction {
  /** The text of the button. */
  text: string
  /** The value to set and its path. */
  path: string
  to: unknown
}

/** Formats numbers in a node's detail text. */
export interface DetailText {
  /** The dataset's columns, if one is bound. */
  columns: BoundColumns | null
  count: (value: number) => string
  /** For example "1 column" or "3 columns". */
  counted: (value: number, noun: string) => string
}

/** The columns that a new node may name. */
export interface ColumnChoice {
  /** null if no dataset is bound. */
  columns: BoundColumns | null
  /** A sparse column that no table reads yet, if there is one. */
  untabled: () => string
}

export interface NodeInput {
  /** What a person knows the node by: its label, else its id. */
  name: string
  width: number
  outputsProbability: boolean
}

/** Problems of one node. `field` is a path inside it; null for the node as a whole. */
export interface NodeProblems {
  error(field: string | null, message: string): void
  warning(field: string | null, message: string): void
}

/** What a plan offers to a node that is being lowered. */
export interface Lowering {
  widthOf(value: ValueIndex): number
  /** The offset of these columns in a batch's dense features. */
  denseOffset(names: string[]): number
  /** A sparse column's index among the dataset's, and its number of values. */
  sparseColumn(name: string): { columnIndex: number; cardinality: number }
  /** Adds a parameter whose rows are updated individually. `columnIndex` is the index of its column. */
  table(
    columnIndex: number,
    name: string,
    shape: number[],
    initial: PlanInitializer,
    untrained?: UntrainedRows,
  ): ParameterIndex
  weight(name: string, shape: number[], initial: PlanInitializer): ParameterIndex
  /** Appends an operation of the node with this id. Returns the value that it writes, which has this width and name. */
  add<Operation extends OperationFields>(
    node: string,
    name: string,
    width: number,
    operation: Omit<Operation, 'output'>,
  ): ValueIndex
}
