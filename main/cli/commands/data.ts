import { formatBytes, formatDuration, formatPercent } from '../../contract/quantities.ts'
import { importNotes } from '../../contract/import-notes.ts'
import { valuesOf, type DatasetManifest, type ManifestSparseColumn } from '../../contract/manifest.ts'
import { datasetWarnings, shareText, unknownShares } from '../../contract/unknown-values.ts'
import { recipeOf } from '../../datasets/recipe.ts'
import { removeDataset } from '../../runs/remove-dataset.ts'
import type { Command } from '../command.ts'
import { movedToTrash } from './trash.ts'
import { integer, table } from '../terminal.ts'

export const dataList: Command = {
  name: 'data list',
  summary: 'List the datasets of the workspace.',
  positionals: [],
  options: {},
  async run({ services }) {
    const datasets = await services.datasets.list()
    const rows = datasets.map((dataset) => [
      dataset.id,
      integer(dataset.rows),
      formatBytes(dataset.bytes),
      `${dataset.denseColumns} dense, ${dataset.sparseColumns} sparse`,
      dataset.problem ?? '',
    ])
    return {
      json: { datasets },
      text: rows.length
        ? table(['dataset', 'rows', 'size', 'columns', 'problem'], rows)
        : 'No datasets yet: `sample movielens-100k` installs one, `data import` reads your own.',
    }
  },
}

export const dataShow: Command = {
  name: 'data show',
  summary: "Show a dataset's splits and columns.",
  positionals: [{ name: 'N', required: true }],
  options: {},
  async run({ services, positionals: [id = ''] }) {
    const manifest = await services.datasets.show(id)
    return { json: manifest, text: manifestText(manifest) }
  },
}

export const dataRecipe: Command = {
  name: 'data recipe',
  summary: 'Print how a dataset was imported, as JSON for data import --schema.',
  positionals: [{ name: 'N', required: true }],
  options: {},
  async run({ services, positionals: [id = ''] }) {
    const recipe = recipeOf(await services.datasets.show(id))
    return { json: recipe, text: JSON.stringify(recipe, null, 2) }
  },
}

export const dataVerify: Command = {
  name: 'data verify',
  summary: 'Verify every file of a dataset against its checksums.',
  positionals: [{ name: 'N', required: true }],
  options: {},
  async run({ services, positionals: [id = ''] }) {
    const begun = performance.now()
    const { files, bytes } = await services.datasets.verify(id)
    return {
      json: { dataset: id, files: files.length, bytes, sound: true },
      text: `${id} is intact: ${integer(files.length)} files, ${formatBytes(bytes)}, in ${formatDuration(performance.now() - begun)}.`,
    }
  },
}

export const dataDelete: Command = {
  name: 'data delete',
  summary: 'Move a dataset to the trash; refused while runs use it.',
  positionals: [{ name: 'N', required: true }],
  options: {
    force: {
      type: 'boolean',
      help: 'delete it even if finished runs were trained on it; they cannot predict without it',
    },
  },
  async run({ services, options, positionals: [id = ''] }) {
    const trashed = await removeDataset(services, { id, force: options.flag('force') })
    return { json: { deleted: id, trashed }, text: movedToTrash(services, id) }
  },
}

function manifestText(manifest: DatasetManifest): string {
  const { train, validation, test } = manifest.splits
  const splits = Object.entries({ train, validation, test }).map(([name, split]) => [
    name,
    integer(split.rows),
    split.labelMean === null ? '–' : split.labelMean.toFixed(4),
  ])
  const columns = manifest.columns.map((column) =>
    column.role === 'dense'
      ? [
          column.name,
          column.role,
          '–',
          '–',
          formatPercent(column.missingShare),
          `mean ${column.mean.toPrecision(6)}`,
        ]
      : [
          column.name,
          column.role,
          valuesText(column),
          integer(column.cardinality),
          formatPercent(column.missingShare),
          column.encoding.kind,
        ],
  )
  const [inValidation, inTest] = (['validation', 'test'] as const).map((split) =>
    unknownShares(manifest, [split]),
  )
  const unknown = (inValidation ?? []).map(({ column, share: ofColumn }, at) => [
    column,
    shareText(ofColumn),
    shareText(inTest?.[at]?.share ?? null),
  ])
  return [
    `${manifest.name}: ${integer(manifest.rows)} rows, ${formatBytes(manifest.bytes)}, made ${manifest.createdAt}`,
    '',
    table(['split', 'rows', 'label mean'], splits),
    '',
    table(['column', 'role', 'values', 'table rows', 'missing', ''], columns),
    ...(unknown.length
      ? [
          '',
          'Values not seen in training:',
          table(['column', 'of the validation values', 'of the test values'], unknown),
        ]
      : []),
    ...importNotes(manifest).map((note) => `Note: ${note}`),
    ...datasetWarnings(manifest).map((warning) => `Warning: ${warning}`),
    ...(manifest.rejected.count ? ['', `${integer(manifest.rejected.count)} rows were rejected.`] : []),
    ...(typeof manifest.provenance.licence === 'string' ? ['', manifest.provenance.licence] : []),
  ].join('\n')
}

function valuesText(column: ManifestSparseColumn): string {
  const values = valuesOf(column)
  return values === null ? '–' : integer(values)
}
