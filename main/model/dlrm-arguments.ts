/** A command line of dlrm_s_pytorch.py as a model document, random data and training settings. */
import { FlagError, readFlags, readValues } from './dlrm-flag-reader.ts'
import type { DlrmFlags } from './dlrm-flags.ts'
import type { BoundColumns, ModelDocument } from './document.ts'
import { mixedDimensions } from './mixed-dimensions.ts'
import {
  referenceModel,
  referenceOptimizers,
  type ReferenceModel,
  type ReferenceTraining,
} from './reference-model.ts'
import { CRITEO_SHAPE, placeholderColumns } from './placeholder-columns.ts'

export { FlagError } from './dlrm-flag-reader.ts'

/** How the reference draws its random batches. */
export interface RandomDataSettings {
  seed: number
  batchSize: number
  /** Rows of one epoch; the last batch may be short. */
  rows: number
  distribution: 'uniform' | 'gaussian' | 'synthetic'
  /** For synthetic data. The `j` in this file's name is replaced by i for the profile of table i. */
  traceFile: string
  tracePadding: boolean
  /** Limits of gaussian indices. */
  minimum: number
  maximum: number
  /** -1 means the middle between the limits. */
  mean: number
  deviation: number
  indicesPerLookup: number
  /** Whether every bag has indicesPerLookup draws before duplicates are removed. */
  fixedIndices: boolean
  roundTargets: boolean
}

export interface DlrmCommand extends ReferenceModel {
  training: ReferenceTraining & { epochs: number }
  data: RandomDataSettings
  /**
   * A loss is printed after this many iterations, and after the last one. It is the mean over the rows since the last
   * print.
   */
  printEvery: number
  /** Differences from what a person may expect. They are printed before training starts. */
  notes: string[]
}

/** Reads flags as the reference's argparse does. Throws FlagError with the offending flag. */
export function parseDlrmArguments(words: string[]): DlrmCommand {
  const { values, refused, withoutEffect, notes } = readFlags(words)
  const [first] = refused
  if (first) throw new FlagError(first.flag, `this is not supported here: ${first.reason}.`)
  const flags = readValues(values)
  if (flags['data-generation'] === 'dataset') throw new FlagError('--data-generation', ON_A_DATASET)
  const columns = placeholderColumns(flags['arch-mlp-bot'][0] ?? 0, flags['arch-embedding-size'])
  const model = modelOf(flags, columns, null)
  if (withoutEffect.length > 0) {
    notes.push(`No effect on such data, as in the reference: ${withoutEffect.join(', ')}.`)
  }
  return { ...model, ...workOf(flags), notes: [...notes, ...drawnByTorch(model.document)] }
}

const ON_A_DATASET =
  "'dataset' is not supported here: only random or synthetic data is generated. For a dataset use `data import`, then " +
  '`model dlrm --data NAME -- FLAGS` and `train`.'

export interface DlrmModel extends ReferenceModel {
  /** Flags that do not concern the model and that this program does not implement. */
  leftAside: string[]
  /** How this command line trains the model. */
  training: ReferenceTraining & { epochs: number; batchSize: number }
  notes: string[]
}

/**
 * Reads only the model of a command line that was pasted from a shell: words before the first flag, quotes and line
 * continuations are understood. Throws FlagError.
 */
export function parseDlrmModel(commandLine: string): DlrmModel {
  const words = shellWords(commandLine)
  const first = words.findIndex((word) => word.startsWith('--'))
  if (first < 0)
    throw new FlagError('the command line', 'it has no flags: paste one with flags such as --arch-mlp-bot.')
  return modelOfDlrmFlags(words.slice(first))
}

/**
 * Reads only the model, for these columns or for placeholders. As in the reference, the number of a dataset's columns
 * decides, whatever --arch-embedding-size and the first number of --arch-mlp-bot say. Throws FlagError.
 */
export function modelOfDlrmFlags(words: string[], columns: BoundColumns | null = null): DlrmModel {
  const { values, aside, notes } = readFlags(words)
  const flags = readValues(Object.fromEntries(Object.entries(values).filter(([name]) => isRead(name))))
  const ofDataset = flags['data-generation'] === 'dataset' && values['arch-embedding-size'] === undefined
  const maxRows = columns ? rowLimit(flags) : null
  if (columns === null && ofDataset) requireNoSizes(flags)
  const dense = flags['arch-mlp-bot'][0] ?? 0
  const placeholders = placeholderColumns(dense, ofDataset ? CRITEO_SHAPE : flags['arch-embedding-size'])
  const { training, data } = workOf(flags)
  return {
    ...modelOf(flags, columns ?? placeholders, maxRows),
    leftAside: aside.filter((flag) => maxRows === null || flag !== '--max-ind-range'),
    training: { ...training, batchSize: data.batchSize },
    notes,
  }
}

/** Warnings about the model's flags and about those of training. */
const isRead = (name: string) =>
  /^(arch|weighted|md|qr|loss|lr)-/.test(name) ||
  ['data-generation', 'max-ind-range', 'optimizer', 'learning-rate', 'mini-batch-size', 'nepochs'].includes(
    name,
  )

const rowLimit = (flags: DlrmFlags) => (flags['max-ind-range'] > 0 ? flags['max-ind-range'] : null)

/** Warnings that depend on the number of rows of the tables need a dataset. */
function requireNoSizes(flags: DlrmFlags): void {
  for (const name of ['qr-flag', 'md-flag'] as const) {
    if (!flags[name]) continue
    throw new FlagError(
      `--${name}`,
      'it depends on how many rows the tables have: add --arch-embedding-size, or name a dataset with `model dlrm --data`.',
    )
  }
}

/** The reference draws these tables and layers from PyTorch's generator, which is not reproduced here. */
function drawnByTorch({ nodes }: ModelDocument): string[] {
  const paired = nodes.some(
    (node) => node.kind === 'embedding' && node.compression.kind === 'quotientRemainder',
  )
  const projected = nodes.some(
    (node) => node.kind === 'embedding' && (node.tableDimension ?? node.dimension) !== node.dimension,
  )
  return [
    ...(paired ? [`--qr-flag: ${otherStart('the tables')}`] : []),
    ...(projected ? [`--md-flag: ${otherStart('the projections')}`] : []),
  ]
}

const otherStart = (what: string) =>
  `the losses are not the reference's, which draws ${what} from PyTorch's random generator; here they start from different ` +
  'values, drawn from the same seed.'

/**
 * Splits at blanks outside of quotes. A backslash keeps the character that follows it, and joins lines at the end of a
 * line.
 */
function shellWords(text: string): string[] {
  const words: string[] = []
  const pieces = /\\\r?\n|\s+|"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)|([^\s"'\\]+)|(.)/gsu
  let word: string | null = null
  for (const [piece, double, single, escaped, plain, other] of text.matchAll(pieces)) {
    const content = double?.replace(/\\(.)/gs, '$1') ?? single ?? escaped ?? plain ?? other
    if (content !== undefined) word = (word ?? '') + content
    else if (!piece.startsWith('\\')) {
      if (word !== null) words.push(word)
      word = null
    }
  }
  return word === null ? words : [...words, word]
}

/** `maxRows`: tables with more rows are hashed to this many; null hashes none. Throws FlagError. */
function modelOf(flags: DlrmFlags, columns: BoundColumns, maxRows: number | null): ReferenceModel {
  if (flags['md-flag'] && flags['qr-flag'])
    throw new FlagError('--md-flag', 'it cannot be combined with --qr-flag.')
  if (flags['qr-flag'] && maxRows !== null)
    throw new FlagError('--max-ind-range', 'it cannot be combined with --qr-flag here.')
  if (flags['arch-mlp-bot'].length < 2)
    throw new FlagError('--arch-mlp-bot', 'the number of dense features and at least one layer are needed.')
  const sizes = columns.sparse.map(({ cardinality }) => Math.min(cardinality, maxRows ?? Infinity))
  return referenceModel({
    columns,
    maxRows,
    sparseFeatureSize: flags['arch-sparse-feature-size'],
    bottom: flags['arch-mlp-bot'].slice(1),
    top: flags['arch-mlp-top'],
    interaction: flags['arch-interaction-op'],
    includeSelf: flags['arch-interaction-itself'],
    weightedPooling: flags['weighted-pooling'],
    quotientRemainder: flags['qr-flag']
      ? {
          operation: flags['qr-operation'],
          collisions: flags['qr-collisions'],
          threshold: flags['qr-threshold'],
        }
      : null,
    mixedDimensions: flags['md-flag'] ? mixed(flags, sizes) : null,
    loss: flags['loss-function'],
    lossWeights: flags['loss-weights'],
    lossThreshold: flags['loss-threshold'],
  })
}

/** Reads the training settings and the data. Throws FlagError. */
function workOf(flags: DlrmFlags): Pick<DlrmCommand, 'training' | 'data' | 'printEvery'> {
  if (flags['rand-data-min'] > flags['rand-data-max'])
    throw new FlagError('--rand-data-min', 'it is larger than --rand-data-max.')
  if (flags['lr-decay-start-step'] < flags['lr-num-warmup-steps'])
    throw new FlagError('--lr-decay-start-step', 'the decay cannot start before the warm-up is over.')
  const batchSize = flags['mini-batch-size']
  return {
    training: {
      optimizer: referenceOptimizers[flags.optimizer],
      learningRate: flags['learning-rate'],
      schedule: {
        warmupSteps: flags['lr-num-warmup-steps'],
        decayStartStep: flags['lr-decay-start-step'],
        decaySteps: flags['lr-num-decay-steps'],
      },
      epochs: flags.nepochs,
    },
    data: {
      seed: flags['numpy-rand-seed'],
      batchSize,
      rows: flags['num-batches'] > 0 ? flags['num-batches'] * batchSize : flags['data-size'],
      distribution: flags['data-generation'] === 'synthetic' ? 'synthetic' : flags['rand-data-dist'],
      traceFile: flags['data-trace-file'],
      tracePadding: flags['data-trace-enable-padding'],
      minimum: flags['rand-data-min'],
      maximum: flags['rand-data-max'],
      mean: flags['rand-data-mu'],
      deviation: flags['rand-data-sigma'],
      indicesPerLookup: flags['num-indices-per-lookup'],
      fixedIndices: flags['num-indices-per-lookup-fixed'],
      roundTargets: flags['round-targets'],
    },
    printEvery: flags['print-freq'],
  }
}

function mixed(flags: DlrmFlags, sizes: number[]): { widths: number[]; threshold: number } {
  const base = flags['arch-sparse-feature-size']
  const widths = mixedDimensions(sizes, base, flags['md-temperature'], flags['md-round-dims'])
  return { widths, threshold: flags['md-threshold'] }
}
