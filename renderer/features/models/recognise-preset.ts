/** Finds the preset and the settings that a document was made from, so that it can be edited in the form again. */
import type { BoundColumns, ModelDocument, ModelNode, NodeKind } from '../../../main/model/document.ts'
import { presetDocument, presetNames, type PresetName } from '../../../main/model/presets/index.ts'
import { defaultsOf, type PresetSettings } from './preset-form.ts'

export interface Recognised {
  preset: PresetName
  settings: PresetSettings
}

type NodeOf<Kind extends NodeKind> = Extract<ModelNode, { kind: Kind }>

/**
 * Returns null if no preset gives exactly this document for these columns, apart from names and positions, or if it has
 * comments or groups, which no form shows.
 */
export function recognisePreset(document: ModelDocument, columns: BoundColumns): Recognised | null {
  if (document.comments ?? document.groups) return null
  const wanted = content(document)
  for (const preset of presetNames) {
    const defaults = defaultsOf(preset)
    for (const read of readings(document, columns)) {
      const known = Object.entries(read).filter(
        ([name, value]) => value !== undefined && (Object.hasOwn(defaults, name) || name === 'weights'),
      )
      const settings: PresetSettings = { ...defaults, ...Object.fromEntries(known) }
      if (content(built(preset, columns, settings)) === wanted) return { preset, settings }
    }
  }
  return null
}

function built(preset: PresetName, columns: BoundColumns, settings: PresetSettings): ModelDocument | null {
  try {
    return presetDocument(preset, columns, settings)
  } catch {
    return null // the preset cannot have these settings
  }
}

function content(document: ModelDocument | null): string {
  return JSON.stringify(
    document?.nodes.map((node) => Object.entries({ ...node, position: undefined }).sort()) ?? null,
  )
}

/** The widths of the deep layers may or may not include the one that gives the prediction. */
function readings(document: ModelDocument, columns: BoundColumns): PresetSettings[] {
  const read = { ...readTables(document, columns), ...readLayers(document) }
  const deep = mlpOf(document, 'deep')?.widths
  return deep
    ? [
        { ...read, deep: deep.slice(0, -1) },
        { ...read, deep },
      ]
    : [read, { ...read, deep: [] }]
}

function readLayers(document: ModelDocument): PresetSettings {
  const bottom = mlpOf(document, 'bot_l')
  const top = mlpOf(document, 'top_l')
  const layers = top ?? mlpOf(document, 'deep')
  const dot = first(document, 'dotInteraction')
  const cross = first(document, 'cross')
  const loss = first(document, 'loss')
  return {
    ...(bottom && { bottom: bottom.widths }),
    ...(top && { top: top.widths }),
    ...(layers && { activation: layers.activation, dropout: layers.dropout }),
    interaction: dot ? 'dot' : 'cat',
    includeSelf: dot?.includeSelf ?? false,
    ...(cross && { layers: cross.layers, rank: cross.rank ?? null }),
    ...(loss && { loss: loss.loss, clamp: loss.clamp }),
    ...(loss?.weights && { weights: loss.weights }),
  }
}

function readTables(document: ModelDocument, columns: BoundColumns): PresetSettings {
  const tables = document.nodes.filter((node) => node.kind === 'embedding')
  const [one] = tables
  const dimension = one?.dimension ?? mlpOf(document, 'dense_vector')?.widths[0]
  const own = tables.map((table) => [
    table.column,
    {
      ...(table.compression.kind === 'hash' && { rows: table.compression.rows }),
      ...(table.tableDimension !== undefined && { tableDimension: table.tableDimension }),
    },
  ])
  const { untrainedRows } = one ?? first(document, 'linearTerm') ?? {}
  return {
    ...(dimension !== undefined && { dimension }),
    ...(untrainedRows && { untrainedRows }),
    ...(one && { pooling: one.pooling, rowWeights: one.rowWeights }),
    compression: readCompression(tables, columns),
    columns: Object.fromEntries(
      own.filter(([, settings]) => Object.keys(settings ?? {}).length > 0),
    ) as NonNullable<PresetSettings['columns']>,
  }
}

/** Hashed tables are read as settings of their columns, because no threshold can be read from them. */
function readCompression(
  tables: NodeOf<'embedding'>[],
  columns: BoundColumns,
): NonNullable<PresetSettings['compression']> {
  const [one] = tables.flatMap(({ compression }) =>
    compression.kind === 'quotientRemainder' ? [compression] : [],
  )
  if (!one) return { kind: 'none' }
  const sizes = new Map(columns.sparse.map(({ name, cardinality }) => [name, cardinality]))
  const threshold = tables
    .filter(({ compression }) => compression.kind === 'none')
    .reduce((most, { column }) => Math.max(most, sizes.get(column) ?? 0), 0)
  return { ...one, threshold }
}

function mlpOf(document: ModelDocument, id: string): NodeOf<'mlp'> | undefined {
  const node = document.nodes.find((each) => each.id === id)
  return node?.kind === 'mlp' ? node : undefined
}

function first<Kind extends NodeKind>(document: ModelDocument, kind: Kind): NodeOf<Kind> | undefined {
  return document.nodes.find((node): node is NodeOf<Kind> => node.kind === kind)
}
