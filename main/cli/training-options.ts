import { issueSentence } from '../model/issue-text.ts'
import { z } from 'zod'
import { DEFAULT_RANK_EXCHANGE, rankExchange } from '../contract/rank-exchange.ts'
import {
  defaultTrainingConfig,
  deviceChoice,
  MAX_RANKS,
  slotsOf,
  type RankHost,
  optimizerKind,
  SUGGESTED_PATIENCE,
  suggestedLearningRate,
  trainingConfig,
  withKind,
  type OptimizerConfig,
  type TrainingConfig,
} from '../contract/training.ts'
import { isDefaultValue, unusedReason, type TrainingFacts } from '../contract/unused-settings.ts'
import { UsageError, type OptionSpec, type OptionValues } from './command.ts'
import { readInputFile, readJsonFile } from '../datasets/read-input-file.ts'
import { parseHosts } from '../distributed/planner/hosts.ts'
import { parseAssignment, type Assignment } from '../model/assign-setting.ts'
import { isPlainObject, type PlainObject } from '../model/plain-object.ts'
import { assignSetting, mergeSettings } from './setting-path.ts'

const { seed, epochs, batchSize, threads, ranks, precision, logEvery, earlyStopping, tables, dense } =
  defaultTrainingConfig
const stoppingDefault = earlyStopping?.patience ?? 'never'
const rates =
  `adam ${tables.learningRate} and ${dense.learningRate}, sgd ${suggestedLearningRate('sgd', 'tables')}, ` +
  `the Adagrads ${suggestedLearningRate('adagrad', 'tables')}`

export const hostsOption: OptionSpec = {
  type: 'string',
  value: 'FILE',
  help: 'the hosts of the ranks: a line is a name, and slots=N for N ranks',
}

export const exchangeOption: OptionSpec = {
  type: 'string',
  choices: rankExchange.options,
  help: `how ranks exchange pooled rows (default ${DEFAULT_RANK_EXCHANGE})`,
}

export const trainingOptions: Record<string, OptionSpec> = {
  backend: {
    type: 'string',
    choices: ['native', 'tensorflow'],
    help: `the backend (default ${defaultTrainingConfig.backend})`,
  },
  device: {
    type: 'string',
    choices: deviceChoice.options,
    help: 'the device for tensorflow (default auto: a GPU if there is one)',
  },
  seed: {
    type: 'string',
    value: 'S',
    help: `seed of initial values, row order and dropout (default ${seed})`,
  },
  epochs: { type: 'string', value: 'E', help: `passes over the training rows (default ${epochs})` },
  'batch-size': { type: 'string', value: 'B', help: `rows per step (default ${batchSize})` },
  optimizer: {
    type: 'string',
    choices: [...optimizerKind.options, 'rwsadagrad'],
    help: `optimizer of tables and dense parameters (default ${tables.kind})`,
  },
  'learning-rate': {
    type: 'string',
    value: 'L',
    help: `learning rate of tables and dense parameters (default ${rates})`,
  },
  threads: { type: 'string', value: 'T', help: `0 = all cores (default ${threads})` },
  ranks: {
    type: 'string',
    value: 'N',
    help: `train in an MPI job of N processes; 0 = one process without MPI (default ${ranks ?? 0})`,
  },
  hosts: hostsOption,
  exchange: exchangeOption,
  precision: {
    type: 'string',
    choices: ['fp32', 'bf16'],
    help: `precision of the matrix products’ operands (default ${precision})`,
  },
  'no-shuffle': { type: 'boolean', help: 'use the rows in file order' },
  'log-every': { type: 'string', value: 'N', help: `steps per loss point (default ${logEvery})` },
  patience: {
    type: 'string',
    value: 'P',
    help: `stop after P epochs without a better validation metric; 0 = never (default ${stoppingDefault})`,
  },
  config: { type: 'string', value: 'FILE', help: 'JSON with training settings that override the defaults' },
  set: {
    type: 'string',
    value: 'PATH=VALUE',
    multiple: true,
    help: 'a training setting, e.g. schedule.warmupSteps=100; model.PATH for a preset’s setting',
  },
}

/** A setting that the user named. */
export interface GivenSetting {
  path: string
  value: unknown
  /**
   * How the user named it: by an option such as --set or --precision, or in a file, which may contain settings that
   * nobody chose.
   */
  source: string
}

export interface ChosenTraining {
  config: TrainingConfig
  given: GivenSetting[]
}

/** What the help of a command with these options says below them. */
export const defaultsNote =
  'The defaults above are the built-in ones. Where Settings › New runs in the window, or `settings`, has others for ' +
  'this workspace or machine, those are used, as for a new run in the window.'

/**
 * `defaults`, then --config, then the flags, then --set. An optimizer that is chosen without its settings gets its own
 * defaults, however it is chosen. Throws UsageError, or InvalidArgument for an invalid file.
 */
export async function trainingConfigFrom(
  options: OptionValues,
  defaults: TrainingConfig = defaultTrainingConfig,
): Promise<ChosenTraining> {
  const path = options.text('config')
  const file = path === undefined ? {} : await readJsonFile(path, z.record(z.string(), z.unknown()))
  const assigned = trainingAssignments(options)
  let config = mergeSettings(...onChosenOptimizers(file, options, assigned, defaults))
  config = withFlags(config, options)
  config = withHosts(config, options, await hostsFrom(options))
  for (const { path, value } of assigned) config = assignSetting(stopping(config, path), path, value)
  const checked = trainingConfig.safeParse(config)
  if (!checked.success) {
    const issue = checked.error.issues[0]
    const field = issue?.path.join('.') ?? 'settings'
    throw new UsageError(issueSentence(issue, field), field)
  }
  refuseReplaced(options, assigned)
  const given: GivenSetting[] = [
    ...leaves(file).map((each) => ({ ...each, source: '--config' })),
    ...flagSettings(options).flatMap(({ flag, paths: [path = ''] }) =>
      flag === 'optimizer' || flag === 'learning-rate'
        ? []
        : [{ path, value: options.text(flag), source: `--${flag}` }],
    ),
    ...assigned.flatMap(({ path, value }) =>
      leaves(value, path).map((each) => ({ ...each, source: '--set' })),
    ),
  ]
  return { config: checked.data, given }
}

/** Throws UsageError for the first setting that the user named and that has no effect in this run. */
export function requireEffect({ config, given }: ChosenTraining, facts: TrainingFacts): void {
  for (const { path, value, source } of given) {
    if (source === '--config' && isDefaultValue(path, value)) continue
    const reason = unusedReason(path, config, facts)
    if (reason === null) continue
    const named = source === '--set' ? `--set ${path}` : path
    const setting = source === '--set' || source === '--config' ? named : source
    throw new UsageError(`${setting} has no effect: ${reason}. Change that or leave the setting out.`, path)
  }
}

/** The settings that an option sets, in the order of the options. */
const settingsOfFlags: Record<string, readonly string[]> = {
  backend: ['backend'],
  device: ['device'],
  seed: ['seed'],
  epochs: ['epochs'],
  'batch-size': ['batchSize'],
  optimizer: ['tables.kind', 'dense.kind'],
  'learning-rate': ['tables.learningRate', 'dense.learningRate'],
  threads: ['threads'],
  ranks: ['ranks'],
  hosts: ['hosts'],
  exchange: ['exchange'],
  precision: ['precision'],
  'no-shuffle': ['shuffle'],
  'log-every': ['logEvery'],
  patience: ['earlyStopping.patience'],
}

const flagSettings = (options: OptionValues) =>
  Object.entries(settingsOfFlags).flatMap(([flag, paths]) =>
    options.text(flag) !== undefined || options.flag(flag) ? [{ flag, paths }] : [],
  )

/** Whether setting `path` replaces everything to which `replaced` was set. */
const replaces = (path: string, replaced: string): boolean =>
  replaced === path || replaced.startsWith(`${path}.`)

/** Throws UsageError for an option or a --set that a later --set replaces, because it has no effect. */
function refuseReplaced(options: OptionValues, assigned: readonly Assignment[]): void {
  const sets = assigned.map(({ path }) => path.join('.'))
  const lost = (paths: readonly string[], later: readonly string[]) =>
    paths.every((path) => later.some((each) => replaces(each, path)))
  for (const { flag, paths } of flagSettings(options)) {
    if (!lost(paths, sets)) continue
    throw new UsageError(
      `--${flag} has no effect: --set ${paths.join(' and ')} replaces it. Leave one of them out.`,
      flag,
    )
  }
  refuseRepeated(sets)
}

/** Throws UsageError for a path of --set that a later one replaces. */
function refuseRepeated(paths: readonly string[]): void {
  const repeated = paths.find((path, at) => paths.slice(at + 1).some((later) => replaces(later, path)))
  if (repeated === undefined) return
  throw new UsageError(
    `--set ${repeated} is given twice, and only the last one counts. Leave one out.`,
    repeated,
  )
}

function leaves(value: unknown, path: readonly string[] = []): { path: string; value: unknown }[] {
  if (!isPlainObject(value)) return [{ path: path.join('.'), value }]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
}

/** The defaults of the optimizers that are finally chosen, and the settings of the file that are merged into them. */
function onChosenOptimizers(
  file: PlainObject,
  options: OptionValues,
  assigned: readonly Assignment[],
  defaults: TrainingConfig,
): [TrainingConfig, PlainObject] {
  const config = structuredClone(defaults)
  const changes = { ...file }
  for (const group of ['tables', 'dense'] as const) {
    const own = isPlainObject(file[group]) ? file[group] : {}
    const fromFile = knownKind(own.kind) ?? config[group].kind
    const isKind = ({ path }: Assignment) => path.join('.') === `${group}.kind`
    const kind = knownKind(assigned.findLast(isKind)?.value) ?? flagKind(options) ?? fromFile
    const before = withKind(config[group], fromFile, group)
    config[group] = withKind(config[group], kind, group)
    if (kind === fromFile || !isPlainObject(file[group])) continue
    // Settings of the file's optimizer that were not chosen are replaced by the settings of the other optimizer.
    const chosen = Object.entries(own).filter(
      ([name, value]) => before[name as keyof OptimizerConfig] !== value,
    )
    changes[group] = Object.fromEntries(chosen)
  }
  return [config, changes]
}

const knownKind = (kind: unknown) => optimizerKind.safeParse(kind).data

function flagKind(options: OptionValues): OptimizerConfig['kind'] | undefined {
  const text = options.text('optimizer')
  return knownKind(text === 'rwsadagrad' ? 'rowWiseAdagrad' : text)
}

/** A setting of early stopping switches it on. */
function stopping(config: TrainingConfig, [first, second]: readonly string[]): TrainingConfig {
  const switchesOn = first === 'earlyStopping' && second !== undefined && config.earlyStopping === null
  return switchesOn ? { ...config, earlyStopping: { patience: SUGGESTED_PATIENCE } } : config
}

/** The hosts of the file that --hosts names. Throws what reading it does, and InvalidArgument naming the row. */
export async function hostsFrom(options: OptionValues): Promise<RankHost[] | undefined> {
  const path = options.text('hosts')
  if (path === undefined) return undefined
  return parseHosts(await readInputFile(path), path)
}

/** The hosts of --hosts and the ranks of --ranks. Without a number of ranks the hosts have as many as slots. */
export function withHosts<Config extends Partial<Pick<TrainingConfig, 'ranks' | 'hosts'>>>(
  config: Config,
  options: OptionValues,
  hosts: TrainingConfig['hosts'] | undefined,
): Config {
  const ranks = ranksOption(options)
  if (ranks === null) options.refuseUnused(['hosts'], 'there are no ranks with --ranks 0')
  return {
    ...config,
    ...(hosts && { hosts, ranks: config.ranks ?? slotsOf(hosts) }),
    ...(ranks !== undefined && { ranks }),
    // A run without MPI has no hosts.
    ...(ranks === null && { hosts: null }),
  }
}

/** The number that --ranks names, where 0 means a run without MPI. Throws UsageError. */
function ranksOption(options: OptionValues): number | null | undefined {
  const ranks = options.number('ranks', { whole: true, min: 0, max: MAX_RANKS })
  return ranks === 0 ? null : ranks
}

const MODEL_PREFIX = 'model'

const assignments = (options: OptionValues) => options.list('set').map(parseAssignment)

const trainingAssignments = (options: OptionValues) =>
  assignments(options).filter(({ path }) => path[0] !== MODEL_PREFIX)

/** The `--set model.…` options of a train command, without the prefix. */
export function modelAssignments(options: OptionValues): Assignment[] {
  const own = assignments(options).filter(({ path }) => path[0] === MODEL_PREFIX)
  refuseRepeated(own.map(({ path }) => path.join('.')))
  return own.map(({ path, value }) => ({ path: path.slice(1), value }))
}

function withFlags(config: TrainingConfig, options: OptionValues): TrainingConfig {
  const whole = (name: string, min: number) => options.number(name, { whole: true, min })
  const patience = whole('patience', 0)
  const learningRate = options.number('learning-rate')
  if (learningRate !== undefined && learningRate <= 0)
    throw new UsageError(`--learning-rate is ${learningRate}; it must be greater than 0.`, 'learning-rate')
  const withRate = (group: 'tables' | 'dense') => ({
    ...config[group],
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
    exchange: rankExchange.optional().parse(options.text('exchange')) ?? config.exchange,
    precision: precision === 'bf16' || precision === 'fp32' ? precision : config.precision,
    shuffle: options.flag('no-shuffle') ? false : config.shuffle,
    logEvery: whole('log-every', 1) ?? config.logEvery,
    earlyStopping: patience === undefined ? config.earlyStopping : patience === 0 ? null : { patience },
    tables: withRate('tables'),
    dense: withRate('dense'),
  }
}
