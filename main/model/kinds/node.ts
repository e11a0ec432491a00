/** What a kind of node is. Each file beside this one defines one kind; index.ts lists them. */
import type { z } from 'zod'
import type { BoundColumns } from '../columns.ts'
import type { ParameterIndex, PlanInitializer, ValueIndex } from '../plan-values.ts'
import type { NodeField } from './field.ts'
import type { OperationDefinition, OperationFields } from './operation.ts'
import type { UntrainedRows } from './untrained-rows.ts'

/** What a node of any kind has; the other fields are its kind's. */
export interface NodeBase {
  id: string
  kind: string
}

/** What nodes are for, by which the palette is ordered and drawings are coloured. */
export type NodeGroupName = 'input' | 'table' | 'layers' | 'meeting' | 'end'

export interface PortDefinition {
  name: string
  /** Fewest and most sources the port takes; a port that needs none may be left out of the document. */
  minimum: 0 | 1
  maximum: number
  /** All sources need the same width. */
  sameWidth?: true
}

/** A node's settings beside its id and kind. */
export type NodeSettings<Node> = Omit<Node, 'id' | 'kind' | 'label' | 'position'>

export interface NodeDefinition<Node extends NodeBase, Operation extends OperationFields = never> {
  kind: Node['kind']
  schema: z.ZodType<Node>

  /** Name for people, as palette, inspector, drawings and tables show it. */
  label: string
  /** What it does, in one sentence. */
  sentence: string
  /** What it computes from its settings, for those who write documents, in a few words. */
  computes: string
  /** Width of its output, likewise; empty where it has none. */
  widthInWords: string
  /** Further words that the palette finds it by. */
  searchWords: string
  group: NodeGroupName
  /** How ids of new nodes begin. */
  idStem: string
  /** The inspector's fields, in order. */
  fields: readonly NodeField[]
  /** Changes that correct a wrong value of a field in any node, by the field's path. */
  corrections?: Readonly<Record<string, Correction>>
  /** The settings that matter most, in one line. */
  detail(node: Node, text: DetailText): string
  /** Name in a drawing as papers have them, given the node that it reads first; the label if absent. */
  paperLabel?(node: Node, source: NodeBase | undefined): string
  /** In such a drawing it is part of the prediction where it comes right before the loss. */
  belongsToPrediction?: true

  /** None where it reads columns alone. Edges that people draw go to the first. */
  ports: readonly PortDefinition[]
  /** The setting that names columns of the dataset: one in `column`, any number in `columns`. */
  columns?: { field: 'column' | 'columns'; role: 'dense' | 'sparse' }
  /** Nothing can read it, for a model ends with it. */
  endsModel?: true
  /** Settings of a new node, without inputs. */
  initialSettings(columns: ColumnChoice): NodeSettings<Node>
  /** Settings that go only with certain values of others come and go with these. `node` has its base fields as well. */
  completeSettings?(node: Record<string, unknown>): Record<string, unknown>

  /** Width of the output from those of the inputs, in order; meaningful only where the checks find nothing. */
  width(node: Node, inputs: number[]): number
  /** Whether every output lies between 0 and 1. */
  givesProbability?(node: Node): boolean
  /** Reports mistakes in the settings; `cardinality` is that of its sparse column, null where it is not known. */
  checkSettings?(node: Node, problems: NodeProblems, cardinality: number | null): void
  /** Reports mistakes that show once the inputs are known. */
  checkInputs?(node: Node, inputs: readonly NodeInput[], problems: NodeProblems): void
  /** Settings that change nothing beside the others, each with the reason. */
  unusedSettings?(node: Node): [field: string, reason: string][]

  /** Operations of the plan that this kind introduces; lowering may use those of other kinds too. */
  operations: { [Kind in Operation['kind']]: OperationDefinition<Extract<Operation, { kind: Kind }>> }
  /**
   * Adds the node's parameters and operations to the plan. `inputs` are the sources' values in the order of ports and
   * sources, `width` is the output's. The node must be free of errors. Returns the value that it gives.
   */
  lower(builder: Lowering, node: Node, inputs: ValueIndex[], width: number): ValueIndex
}

export interface Correction {
  /** What the button says. */
  text: string
  /** The value to set, and where. */
  path: string
  to: unknown
}

/** How numbers are written in a node's detail. */
export interface DetailText {
  /** Of the dataset, where one is bound. */
  columns: BoundColumns | null
  count: (value: number) => string
  /** "1 column", "3 columns". */
  counted: (value: number, noun: string) => string
}

/** Columns that a new node may name. */
export interface ColumnChoice {
  /** null where no dataset is bound. */
  columns: BoundColumns | null
  /** A sparse column that no table has yet, if there is one. */
  untabled: () => string
}

export interface NodeInput {
  id: string
  width: number
  givesProbability: boolean
}

/** Problems of one node. `field` is a path inside it; null for the node as a whole. */
export interface NodeProblems {
  error(field: string | null, message: string): void
  warning(field: string | null, message: string): void
}

/** What a plan offers to the lowering of a node. */
export interface Lowering {
  widthOf(value: ValueIndex): number
  /** The offset of these columns in a batch's dense features. */
  denseOffset(names: string[]): number
  /** A sparse column and its place among the dataset's. */
  sparseColumn(name: string): { place: number; cardinality: number }
  /** A parameter whose rows are updated one by one; `place` is its column's. */
  table(
    place: number,
    name: string,
    shape: number[],
    initial: PlanInitializer,
    untrained?: UntrainedRows,
  ): ParameterIndex
  weight(name: string, shape: number[], initial: PlanInitializer): ParameterIndex
  /** Appends an operation of the node with this id; gives the value it writes, of this width and with this name. */
  add<Operation extends OperationFields>(
    node: string,
    name: string,
    width: number,
    operation: Omit<Operation, 'output'>,
  ): ValueIndex
}
