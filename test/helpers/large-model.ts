import { MODEL_FORMAT, MODEL_VERSION, type ModelDocument, type ModelNode } from '../../main/model/document.ts'

/** Tables, a concatenation, ten layers in a row and a loss. */
export function largeModel(count: number): ModelDocument {
  const tables = Array.from({ length: count - 12 }, (_, at): ModelNode => ({
    id: `table_${at}`,
    kind: 'embedding',
    column: `column_${at}`,
    dimension: 16,
    pooling: 'sum',
    rowWeights: 'none',
    compression: { kind: 'none' },
    position: { x: (at % 20) * 220, y: Math.floor(at / 20) * 90 },
  }))
  const ids = tables.map(({ id }) => id)
  const layers = Array.from({ length: 10 }, (_, at): ModelNode => ({
    id: `mlp_${at}`,
    kind: 'mlp',
    inputs: { input: [at === 0 ? 'concat' : `mlp_${at - 1}`] },
    widths: [at === 9 ? 1 : 64],
    activation: 'relu',
    outputActivation: at === 9 ? 'sigmoid' : 'relu',
    dropout: 0,
    bias: true,
    position: { x: 4900 + at * 220, y: 0 },
  }))
  const nodes: ModelNode[] = [
    ...tables,
    { id: 'concat', kind: 'concat', inputs: { vectors: ids }, position: { x: 4600, y: 0 } },
    ...layers,
    {
      id: 'loss',
      kind: 'loss',
      inputs: { prediction: ['mlp_9'] },
      loss: 'bce',
      clamp: 0,
      position: { x: 7200, y: 0 },
    },
  ]
  return { format: MODEL_FORMAT, version: MODEL_VERSION, name: `${count} nodes`, nodes }
}
