/** Lists a run's settings and environment as names and values. */
import { plainNumber } from '../../platform/number-text.ts'
import { fallbackNote, metricInSentence } from '../../../main/contract/metrics.ts'
import { jobFacts } from '../../../main/contract/job-facts.ts'
import { computerName, type RunDetail, type RunEnvironment } from '../../../main/contract/runs.ts'
import {
  defaultTrainingConfig,
  type OptimizerConfig,
  type TrainingConfig,
} from '../../../main/contract/training.ts'
import { formatBytes, formatDate, formatExact } from '../../platform/units.ts'
import { optimizerNames } from '../new-run/shared/optimizer-choice.ts'
import { counted } from '../models/shared/drawing/describe-node.ts'

export interface Fact {
  name: string
  value: string
}

const yesNo = (value: boolean) => (value ? 'yes' : 'no')

function optimizerText({ kind, learningRate, epsilon, beta1, beta2, l2 }: OptimizerConfig): string {
  const settings = [`${optimizerNames[kind]}, learning rate ${plainNumber(learningRate)}`]
  if (kind === 'adam') settings.push(`β ${plainNumber(beta1)}, ${plainNumber(beta2)}`)
  if (kind !== 'sgd') settings.push(`ε ${plainNumber(epsilon)}`)
  if (l2 > 0) settings.push(`L2 ${plainNumber(l2)}`)
  return settings.join(', ')
}

function scheduleText({ warmupSteps, decayStartStep, decaySteps }: TrainingConfig['schedule']): string {
  const settings = []
  if (warmupSteps > 0) settings.push(`warm-up over ${formatExact(warmupSteps)} steps`)
  if (decaySteps > 0) {
    settings.push(`decay over ${formatExact(decaySteps)} steps from step ${formatExact(decayStartStep)}`)
  }
  return settings.join(', ') || 'constant'
}

export function trainingFacts({
  config,
  datasetName,
  datasetHash,
  modelName,
  bestMetric,
  epochs,
}: RunDetail): Fact[] {
  const { earlyStopping, checkpointEverySteps, keepAllCheckpoints } = config
  return [
    { name: 'Dataset', value: datasetName },
    { name: 'Dataset hash', value: datasetHash },
    { name: 'Model', value: modelName },
    { name: 'Embedding tables', value: optimizerText(config.tables) },
    { name: 'Dense layers', value: optimizerText(config.dense) },
    { name: 'Learning rate', value: scheduleText(config.schedule) },
    { name: 'Epochs', value: formatExact(config.epochs) },
    { name: 'Batch size', value: formatExact(config.batchSize) },
    ...(config.accumulateBatches > 1
      ? [{ name: 'Batches per step', value: formatExact(config.accumulateBatches) }]
      : []),
    ...(config.gradientClipNorm > 0
      ? [{ name: 'Gradient clipping', value: `norm ${plainNumber(config.gradientClipNorm)}` }]
      : []),
    {
      name: 'Early stopping',
      value: earlyStopping
        ? `after ${counted(earlyStopping.patience, 'epoch')} without a better validation ${metricInSentence(bestMetric)}`
        : 'off',
    },
    {
      name: 'Best epoch by',
      value:
        fallbackNote(config.bestMetric, epochs[0]?.validation ?? null) ??
        `validation ${metricInSentence(bestMetric)}`,
    },
    { name: 'Seed', value: String(config.seed) },
    { name: 'Shuffled', value: yesNo(config.shuffle) },
    { name: 'Backend', value: backendText(config) },
    ...(config.ranks === null ? [] : [{ name: 'Ranks', value: ranksText(config) }]),
    { name: 'Loss logged every', value: `${formatExact(config.logEvery)} steps` },
    {
      name: 'Checkpoints',
      value:
        (checkpointEverySteps > 0 ? `every ${formatExact(checkpointEverySteps)} steps and ` : '') +
        `after each epoch, ${keepAllCheckpoints ? 'all kept' : 'last and best kept'}`,
    },
  ]
}

function backendText({ backend, device, precision }: TrainingConfig): string {
  const where = device === 'auto' ? [] : [device.toUpperCase()]
  return [backend, ...where, precision].join(', ')
}

function ranksText({ ranks, exchange }: TrainingConfig): string {
  const how = exchange === defaultTrainingConfig.exchange ? '' : `, pooled rows exchanged by ${exchange}`
  return `${formatExact(ranks ?? 0)}${how}`
}

export function environmentFacts(environment: RunEnvironment): Fact[] {
  const { computation } = environment
  return [
    ...(computation
      ? [{ name: 'Computed with', value: `${computerName(computation)}, on the ${computation.device}` }]
      : []),
    ...(computation?.job ? jobFacts(computation.job) : []),
    { name: 'Processor', value: environment.cpu },
    { name: 'Threads', value: `${environment.threads} of ${environment.cores} cores` },
    { name: 'Instruction set', value: environment.instructionSet },
    { name: 'Memory', value: formatBytes(environment.memoryBytes) },
    { name: 'System', value: environment.platform },
    { name: 'DLRM Studio', value: environment.appVersion },
    { name: 'Node', value: environment.nodeVersion },
    { name: 'Git commit', value: environment.gitCommit ?? 'the workspace is not in a repository' },
    { name: 'Started from', value: environment.origin === 'cli' ? 'the command line' : 'the window' },
  ]
}

export function timeFacts({ id, createdAt, finishedAt }: RunDetail): Fact[] {
  return [
    { name: 'Run', value: id },
    { name: 'Created', value: formatDate(createdAt) },
    { name: 'Ended', value: finishedAt ? formatDate(finishedAt) : 'not yet' },
  ]
}
