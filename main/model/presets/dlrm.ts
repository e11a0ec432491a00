/** Naumov et al. 2019: bottom MLP over dense features, embeddings, their interaction, top MLP. */
import type { BoundColumns, ModelDocument, ModelNode } from '../document.ts'
import { concat, DENSE_INPUT, denseInput, documentOf, embeddings, loss, mlp } from './preset-nodes.ts'
import type { DlrmSettings } from './settings.ts'

/** `bottom` and `top` are the complete widths. */
export type DlrmShape = Pick<
  DlrmSettings,
  'bottom' | 'top' | 'interaction' | 'includeSelf' | 'activation' | 'dropout'
>

export function dlrm(columns: BoundColumns, settings: DlrmSettings): ModelDocument {
  const bottom = endingWith(settings.dimension, settings.bottom)
  const shape = { ...settings, bottom, top: endingWith(1, settings.top) }
  const nodes = dlrmNodes(columns, embeddings(columns, settings), shape)
  return documentOf('DLRM', [...nodes, loss('top_l', settings)])
}

/** All nodes of a DLRM except its loss, whose input is `top_l`. */
export function dlrmNodes(columns: BoundColumns, tables: ModelNode[], shape: DlrmShape): ModelNode[] {
  const dense = denseInput(columns)
  const bottom = dense.map(() => mlp('bot_l', DENSE_INPUT, shape.bottom, shape, shape.activation))
  const vectors = [...bottom, ...tables].map((node) => node.id)
  return [
    ...dense,
    ...bottom,
    ...tables,
    interaction(vectors, bottom.length > 0, shape),
    mlp('top_l', 'interaction', shape.top, shape, 'sigmoid'),
  ]
}

/** A single vector has no pairs, so it is used as it is. */
function interaction(vectors: string[], keepFirst: boolean, shape: DlrmShape): ModelNode {
  if (shape.interaction === 'cat' || vectors.length < 2) return concat('interaction', vectors)
  const { includeSelf } = shape
  return { id: 'interaction', kind: 'dotInteraction', inputs: { vectors }, includeSelf, keepFirst }
}

function endingWith(last: number, widths: number[]): number[] {
  return widths.at(-1) === last ? widths : [...widths, last]
}
