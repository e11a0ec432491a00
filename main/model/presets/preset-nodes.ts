/** Nodes that several presets contain. Ids follow the reference, so that parameters have the reference's names. */
import {
  MODEL_FORMAT,
  MODEL_VERSION,
  type BoundColumns,
  type ModelDocument,
  type ModelNode,
} from '../document.ts'
import { DEFAULT_UNTRAINED_ROWS } from '../kinds/untrained-rows.ts'
import type { DeepSettings, EmbeddingSettings, OutputSettings, RowSettings } from './settings.ts'

type NodeOf<Kind extends ModelNode['kind']> = Extract<ModelNode, { kind: Kind }>

export const DENSE_INPUT = 'dense'

export function documentOf(name: string, nodes: ModelNode[]): ModelDocument {
  return { format: MODEL_FORMAT, version: MODEL_VERSION, name, nodes }
}

/** Empty if there are no dense columns. */
export function denseInput(columns: BoundColumns): NodeOf<'denseInput'>[] {
  if (columns.dense.length === 0) return []
  return [{ id: DENSE_INPUT, kind: 'denseInput', columns: columns.dense }]
}

/** One table for each sparse column; the first is `emb_l.0`. */
export function embeddings(columns: BoundColumns, settings: EmbeddingSettings): NodeOf<'embedding'>[] {
  return columns.sparse.map((column, index) => {
    const own = Object.hasOwn(settings.columns, column.name) ? settings.columns[column.name] : undefined
    const { dimension, pooling, rowWeights } = settings
    return {
      id: `emb_l.${index}`,
      kind: 'embedding',
      label: column.name,
      column: column.name,
      dimension,
      ...(own?.tableDimension !== undefined && { tableDimension: own.tableDimension }),
      pooling,
      rowWeights,
      ...untrained(settings),
      compression: compressionOf(settings, column.cardinality, own?.rows),
    }
  })
}

function compressionOf(
  { compression }: EmbeddingSettings,
  cardinality: number,
  ownRows: number | undefined,
): NodeOf<'embedding'>['compression'] {
  if (ownRows !== undefined) return { kind: 'hash', rows: ownRows }
  if (compression.kind === 'none' || cardinality <= compression.threshold) return { kind: 'none' }
  if (compression.kind === 'hash')
    return cardinality > compression.rows ? { kind: 'hash', rows: compression.rows } : { kind: 'none' }
  const { kind, collisions, operation } = compression
  return { kind, collisions, operation }
}

export function concat(id: string, vectors: string[]): NodeOf<'concat'> {
  return { id, kind: 'concat', inputs: { vectors } }
}

/** Hidden layers, then a layer of `outputs` units with the given activation or none. */
export function mlp(
  id: string,
  input: string,
  widths: number[],
  settings: Pick<DeepSettings, 'activation' | 'dropout'>,
  outputActivation: NodeOf<'mlp'>['outputActivation'],
): NodeOf<'mlp'> {
  const { activation, dropout } = settings
  return {
    id,
    kind: 'mlp',
    inputs: { input: [input] },
    widths,
    activation,
    outputActivation,
    dropout,
    bias: true,
  }
}

/** The default is left out, so that documents stay short. */
function untrained({ untrainedRows }: RowSettings): Partial<RowSettings> {
  return untrainedRows === DEFAULT_UNTRAINED_ROWS ? {} : { untrainedRows }
}

/** One weight for each value of every sparse column and for each dense feature. */
export function linearTerm(columns: BoundColumns, settings: RowSettings): NodeOf<'linearTerm'> {
  return {
    id: 'linear',
    kind: 'linearTerm',
    inputs: columns.dense.length > 0 ? { dense: [DENSE_INPUT] } : {},
    columns: columns.sparse.map((column) => column.name),
    ...untrained(settings),
  }
}

export function loss(prediction: string, settings: OutputSettings): NodeOf<'loss'> {
  const { clamp, weights } = settings
  return {
    id: 'loss',
    kind: 'loss',
    inputs: { prediction: [prediction] },
    loss: settings.loss,
    clamp,
    ...(weights && { weights }),
  }
}

/** Adds the terms and a bias, followed by a probability and its loss. */
export function sumToLoss(terms: string[], settings: OutputSettings): ModelNode[] {
  return [
    ...(terms.length > 1 ? [{ id: 'sum', kind: 'sum', inputs: { vectors: terms } } as const] : []),
    { id: 'bias', kind: 'bias', inputs: { input: [terms.length > 1 ? 'sum' : (terms[0] ?? '')] } },
    { id: 'probability', kind: 'activation', inputs: { input: ['bias'] }, activation: 'sigmoid' },
    loss('probability', settings),
  ]
}
