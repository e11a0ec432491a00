import { z } from 'zod'
import {
  defaultTrainingConfig,
  deviceChoice,
  optimizer,
  optimizerKind,
  suggestedLearningRate,
  trainingConfig,
  type TrainingConfig,
} from '../contract/training.ts'
import { UsageError, type OptionSpec, type OptionValues } from './command.ts'
import { readJsonFile } from '../datasets/read-input-file.ts'
import { parseAssignment, type Assignment } from '../model/assign-setting.ts'
import { assignSetting, mergeSettings } from './setting-path.ts'

export const trainingOptions: Record<string, OptionSpec> = {
  backend: { type: 'string', choices: ['native', 'tensorflow'], help: 'what computes (default native)' },
  device: {
    type: 'string',
    choices: deviceChoice.options,
    help: 'where tensorflow computes (default auto: a GPU where there is one)',
  },
  seed: { type: 'string', value: 'S', help: 'of initial values, order and dropout (default 0)' },
  epochs: { type: 'string', value: 'E', help: 'passes over the training rows (default 20)' },
  'batch-size': { type: 'string', value: 'B', help: 'rows a step (default 256)' },
  optimizer: {
    type: 'string',
    choices: [...optimizerKind.options, 'rwsadagrad'],
    help: 'of tables and dense parameters (default adam)',
  },
  'learning-rate': {
    type: 'string',
    value: 'L',
    help: 'of tables and dense parameters (default adam 0.01 and 0.003, sgd 0.1, the Adagrads 0.03)',
  },
  threads: { type: 'string', value: 'T', help: '0 = all cores (default 0)' },
  precision: {
    type: 'string',
    choices: ['fp32', 'bf16'],
    help: 'of the matrix products’ operands (default fp32)',
  },
  'no-shuffle': { type: 'boolean', help: 'take the rows in file order' },
  'log-every': { type: 'string', value: 'N', help: 'steps a loss point (default 10)' },
  patience: {
    type: 'string',
    value: 'P',
    help: 'stop after P epochs without a better validation metric (default: never)',
  },
  config: { type: 'string', value: 'FILE', help: 'JSON of training settings, laid over the defaults' },
  set: {
    type: 'string',
    value: 'PATH=VALUE',
    multiple: true,
    help: 'a training setting, e.g. schedule.warmupSteps=100; model.PATH sets one of the preset',
  },
}

/**
 * Defaults, then --config, then the flags, then --set. No early stopping unless asked for. Throws UsageError, or
 * InvalidArgument for a bad file.
 */
export async function trainingConfigFrom(options: OptionValues): Promise<TrainingConfig> {
  let config: TrainingConfig = { ...defaultTrainingConfig, earlyStopping: null }
  const file = options.text('config')
  if (file !== undefined)
    config = mergeSettings(config, await readJsonFile(file, z.record(z.string(), z.unknown())))
  config = withFlags(config, options)
  for (const { path, value } of trainingAssignments(options)) config = assignSetting(config, path, value)
  const checked = trainingConfig.safeParse(config)
  if (checked.success) return checked.data
  const issue = checked.error.issues[0]
  const field = issue?.path.join('.') ?? 'settings'
  throw new UsageError(`${field}: ${issue?.message ?? 'is not valid'}.`, field)
}

const MODEL_PREFIX = 'model'

const assignments = (options: OptionValues) => options.list('set').map(parseAssignment)

const trainingAssignments = (options: OptionValues) =>
  assignments(options).filter(({ path }) => path[0] !== MODEL_PREFIX)

/** The `--set model.…` of a train command, without the prefix. */
export const modelAssignments = (options: OptionValues): Assignment[] =>
  assignments(options)
    .filter(({ path }) => path[0] === MODEL_PREFIX)
    .map(({ path, value }) => ({ path: path.slice(1), value }))

function withFlags(config: TrainingConfig, options: OptionValues): TrainingConfig {
  const whole = (name: string, min: number) => options.number(name, { whole: true, min })
  const patience = whole('patience', 1)
  const kindText = options.text('optimizer')
  const kind = optimizerKind.optional().parse(kindText === 'rwsadagrad' ? 'rowWiseAdagrad' : kindText)
  const learningRate = options.number('learning-rate')
  if (learningRate !== undefined && learningRate <= 0)
    throw new UsageError(`--learning-rate is ${learningRate}; it must be above 0.`, 'learning-rate')
  const withOptimizer = (part: 'tables' | 'dense') => ({
    ...(kind && kind !== config[part].kind
      ? optimizer(kind, suggestedLearningRate(kind, part))
      : config[part]),
    ...(learningRate !== undefined && { learningRate }),
  })
  const precision = options.text('precision')
  return {
    ...config,
    backend: options.text('backend') === 'tensorflow' ? 'tensorflow' : config.backend,
    device: deviceChoice.optional().parse(options.text('device')) ?? config.device,
    seed: whole('seed', 0) ?? config.seed,
    epochs: whole('epochs', 1) ?? config.epochs,
    batchSize: whole('batch-size', 1) ?? config.batchSize,
    threads: whole('threads', 0) ?? config.threads,
    precision: precision === 'bf16' || precision === 'fp32' ? precision : config.precision,
    shuffle: options.flag('no-shuffle') ? false : config.shuffle,
    logEvery: whole('log-every', 1) ?? config.logEvery,
    earlyStopping: patience === undefined ? config.earlyStopping : { patience },
    tables: withOptimizer('tables'),
    dense: withOptimizer('dense'),
  }
}
