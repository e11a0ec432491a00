/** Models with a multilayer perceptron over the concatenated features, alone or beside another component. */
import type { BoundColumns, ModelDocument, ModelNode } from '../document.ts'
import { factorizationNodes } from './factorization.ts'
import {
  concat,
  denseInput,
  documentOf,
  embeddings,
  linearTerm,
  loss,
  mlp,
  sumToLoss,
} from './preset-nodes.ts'
import type { DcnSettings, Dcnv2Settings, DeepSettings, EmbeddingSettings } from './settings.ts'

/** Dense features and embeddings side by side, as the node `features`. */
function features(columns: BoundColumns, settings: EmbeddingSettings): ModelNode[] {
  const dense = denseInput(columns)
  const tables = embeddings(columns, settings)
  const vectors = [...dense, ...tables].map((node) => node.id)
  return [...dense, ...tables, concat('features', vectors)]
}

export function plainMlp(columns: BoundColumns, settings: DeepSettings): ModelDocument {
  return documentOf('MLP', [
    ...features(columns, settings),
    mlp('deep', 'features', [...settings.deep, 1], settings, 'sigmoid'),
    loss('deep', settings),
  ])
}

/** Cheng et al. 2016. */
export function wideAndDeep(columns: BoundColumns, settings: DeepSettings): ModelDocument {
  return documentOf('Wide & Deep', [
    ...features(columns, settings),
    linearTerm(columns, settings),
    mlp('deep', 'features', [...settings.deep, 1], settings, 'none'),
    ...sumToLoss(['linear', 'deep'], settings),
  ])
}

/** Guo et al. 2017: factorization machine and perceptron over the same embeddings. */
export function deepFm(columns: BoundColumns, settings: DeepSettings): ModelDocument {
  return documentOf('DeepFM', [
    ...features(columns, settings),
    linearTerm(columns, settings),
    ...factorizationNodes(columns, settings.dimension),
    mlp('deep', 'features', [...settings.deep, 1], settings, 'none'),
    ...sumToLoss(['linear', 'factorization', 'deep'], settings),
  ])
}

/** Wang et al. 2017: cross layers beside a perceptron. */
export function dcn(columns: BoundColumns, settings: DcnSettings): ModelDocument {
  return documentOf('DCN', crossAndDeep(columns, settings, { version: 'v1' }))
}

/** Wang et al. 2021: the same with a matrix, full or of low rank, in each cross layer. */
export function dcnv2(columns: BoundColumns, settings: Dcnv2Settings): ModelDocument {
  const { rank } = settings
  const cross = rank === null ? ({ version: 'v2' } as const) : ({ version: 'v2LowRank', rank } as const)
  return documentOf('DCNv2', crossAndDeep(columns, settings, cross))
}

function crossAndDeep(
  columns: BoundColumns,
  settings: DcnSettings,
  cross: { version: 'v1' | 'v2' } | { version: 'v2LowRank'; rank: number },
): ModelNode[] {
  const deep = settings.deep.length > 0
  return [
    ...features(columns, settings),
    { id: 'cross', kind: 'cross', inputs: { input: ['features'] }, layers: settings.layers, ...cross },
    ...(deep ? [mlp('deep', 'features', settings.deep, settings, settings.activation)] : []),
    concat('combined', deep ? ['cross', 'deep'] : ['cross']),
    mlp('prediction', 'combined', [1], settings, 'sigmoid'),
    loss('prediction', settings),
  ]
}
