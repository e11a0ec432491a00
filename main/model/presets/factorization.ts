/** Factorization machines and their first-order special case, logistic regression. */
import type { BoundColumns, ModelDocument, ModelNode } from '../document.ts'
import { DENSE_INPUT, denseInput, documentOf, embeddings, linearTerm, sumToLoss } from './preset-nodes.ts'
import type { FactorizationMachineSettings, LogisticRegressionSettings } from './settings.ts'

/** Rendle 2010. */
export function factorizationMachine(
  columns: BoundColumns,
  settings: FactorizationMachineSettings,
): ModelDocument {
  return documentOf('FM', [
    ...denseInput(columns),
    ...embeddings(columns, settings),
    linearTerm(columns, settings),
    ...factorizationNodes(columns, settings.dimension),
    ...sumToLoss(['linear', 'factorization'], settings),
  ])
}

export function logisticRegression(
  columns: BoundColumns,
  settings: LogisticRegressionSettings,
): ModelDocument {
  return documentOf('Logistic regression', [
    ...denseInput(columns),
    linearTerm(columns, settings),
    ...sumToLoss(['linear'], settings),
  ])
}

/**
 * The factorization machine over the embeddings `emb_l.i` and, as one more vector, the dense features' vectors weighted
 * by their values.
 */
export function factorizationNodes(columns: BoundColumns, dimension: number): ModelNode[] {
  const vectors = columns.sparse.map((_, index) => `emb_l.${index}`)
  const nodes: ModelNode[] = []
  if (columns.dense.length > 0) {
    vectors.unshift('dense_vector')
    nodes.push({
      id: 'dense_vector',
      kind: 'mlp',
      inputs: { input: [DENSE_INPUT] },
      widths: [dimension],
      activation: 'none',
      outputActivation: 'none',
      dropout: 0,
      bias: false,
    })
  }
  nodes.push({ id: 'factorization', kind: 'factorizationMachine', inputs: { vectors } })
  return nodes
}
