/** A command line of dlrm_s_pytorch.py as a model document, random data and training settings. */
import {
  ignoredFlags,
  refusedFlags,
  supportedFlags,
  supportedSchema,
  switches,
  type DlrmFlags,
} from './dlrm-flags.ts'
import { mixedDimensions } from './mixed-dimensions.ts'
import {
  referenceLosses,
  referenceModel,
  referenceOptimizers,
  type ReferenceModel,
  type ReferenceTraining,
} from './reference-model.ts'

/** A flag that is unknown, wrong, or not carried out here. */
export class FlagError extends Error {
  readonly flag: string

  constructor(flag: string, message: string) {
    super(`${flag}: ${message}`)
    this.name = 'FlagError'
    this.flag = flag
  }
}

/** How the reference draws its random batches. */
export interface RandomDataSettings {
  seed: number
  batchSize: number
  /** Rows of one epoch; the last batch may be short. */
  rows: number
  distribution: 'uniform' | 'gaussian' | 'synthetic'
  /** Of synthetic data: the profile of table i has the j in this file's name replaced by i. */
  traceFile: string
  tracePadding: boolean
  /** Limits of gaussian indices. */
  minimum: number
  maximum: number
  /** -1 = the middle between the limits. */
  mean: number
  deviation: number
  indicesPerLookup: number
  /** Whether every bag has indicesPerLookup draws, before duplicates go. */
  fixedIndices: boolean
  roundTargets: boolean
}

export interface DlrmCommand extends ReferenceModel {
  training: ReferenceTraining & { epochs: number }
  data: RandomDataSettings
  /** A loss is printed every this many iterations, and after the last: the mean over their rows. */
  printEvery: number
}

/** Reads flags as `--name=value` or `--name value`. Throws FlagError with the offending flag. */
export function parseDlrmArguments(words: string[]): DlrmCommand {
  return commandOf(readValues(readFlags(words, refuse)))
}

export interface DlrmModel extends ReferenceModel {
  /** Flags that say nothing of the model and that this program does not carry out. */
  leftAside: string[]
}

/**
 * The model alone of a command line, pasted as it stands in a shell: words before the first flag, quotes and line
 * continuations are understood. Throws FlagError.
 */
export function parseDlrmModel(commandLine: string): DlrmModel {
  const words = shellWords(commandLine)
  const first = words.findIndex((word) => word.startsWith('--'))
  if (first < 0)
    throw new FlagError('the command line', 'it has no flag: paste one with --arch-mlp-bot and its kin.')
  return modelOfDlrmFlags(words.slice(first))
}

/** The model alone. Throws FlagError. */
export function modelOfDlrmFlags(words: string[]): DlrmModel {
  const leftAside: string[] = []
  const given = readFlags(words, (flag) => leftAside.push(flag))
  for (const name of Object.keys(given)) if (!isOfModel(name)) delete given[name]
  const { document, columns } = commandOf(readValues(given))
  return { document, columns, leftAside }
}

const isOfModel = (name: string) => /^(arch|weighted|md|qr|loss)-/.test(name)

/** Splits at blanks outside of quotes; a backslash keeps what follows it, and before a line's end it is nothing. */
function shellWords(text: string): string[] {
  const words: string[] = []
  const pieces = /\\\r?\n|\s+|"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)|([^\s"'\\]+)|(.)/gsu
  let word: string | null = null
  for (const [piece, double, single, escaped, plain, other] of text.matchAll(pieces)) {
    const part = double?.replace(/\\(.)/gs, '$1') ?? single ?? escaped ?? plain ?? other
    if (part !== undefined) word = (word ?? '') + part
    else if (!piece.startsWith('\\')) {
      if (word !== null) words.push(word)
      word = null
    }
  }
  return word === null ? words : [...words, word]
}

function refuse(flag: string, reason: string): never {
  throw new FlagError(flag, `this is not carried out here: ${reason}.`)
}

function readValues(given: Record<string, string | boolean>): DlrmFlags {
  const parsed = supportedSchema.safeParse(given)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const name = String(issue?.path[0])
    throw new FlagError(`--${name}`, `'${String(given[name])}' is not valid: ${issue?.message}.`)
  }
  return parsed.data
}

/** `onRefused` hears of what is not carried out, with the reason. */
function readFlags(
  words: string[],
  onRefused: (flag: string, reason: string) => void,
): Record<string, string | boolean> {
  const given: Record<string, string | boolean> = {}
  for (let place = 0; place < words.length; place++) {
    const word = words[place] ?? ''
    const [, name, attached] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? []
    if (name === undefined) throw new FlagError(word, 'this is not a flag of dlrm_s_pytorch.py.')
    const flag = `--${name}`
    const isKnown =
      Object.hasOwn(supportedFlags, name) || ignoredFlags.has(name) || Object.hasOwn(refusedFlags, name)
    if (!isKnown) throw new FlagError(flag, 'dlrm_s_pytorch.py has no such flag.')
    let value: string | boolean
    if (switches.has(name)) {
      if (attached !== undefined) throw new FlagError(flag, 'it takes no value.')
      value = true
    } else {
      const next = attached ?? words[++place]
      if (next === undefined) throw new FlagError(flag, 'a value is missing.')
      value = next
    }
    const refused = Object.hasOwn(refusedFlags, name) ? refusedFlags[name] : undefined
    if (refused && (value === true || !refused.harmless.includes(String(value))))
      onRefused(flag, refused.reason)
    if (Object.hasOwn(supportedFlags, name)) given[name] = value
  }
  return given
}

function commandOf(flags: DlrmFlags): DlrmCommand {
  if (flags['md-flag'] && flags['qr-flag']) throw new FlagError('--md-flag', 'it excludes --qr-flag.')
  if (flags['arch-mlp-bot'].length < 2)
    throw new FlagError('--arch-mlp-bot', 'the number of dense features and at least one layer are needed.')
  if (flags['rand-data-min'] > flags['rand-data-max'])
    throw new FlagError('--rand-data-min', 'it is larger than --rand-data-max.')
  if (flags['lr-decay-start-step'] < flags['lr-num-warmup-steps'])
    throw new FlagError('--lr-decay-start-step', 'the decay cannot start before the warm-up is over.')
  const sizes = flags['arch-embedding-size']
  const model = referenceModel({
    sparseFeatureSize: flags['arch-sparse-feature-size'],
    embeddingSizes: sizes,
    bottom: flags['arch-mlp-bot'],
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
    loss: referenceLosses[flags['loss-function']],
    lossWeights: flags['loss-function'] === 'wbce' ? flags['loss-weights'] : null,
    lossThreshold: flags['loss-threshold'],
  })
  const batchSize = flags['mini-batch-size']
  return {
    ...model,
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
