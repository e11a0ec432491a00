import { startingConfig } from '../../contract/settings.ts'
import { readTrainingDefaults } from '../../runs/training-defaults.ts'
import { listCalibrations } from '../../benchmark/calibration/stored-calibrations.ts'
import { formatBytes } from '../../contract/quantities.ts'
import { partOfTable, tablePlanFile, type PlannedRank, type TablePlan } from '../../contract/table-plan.ts'
import { columnsOf } from '../../datasets/columns-of.ts'
import { readInputFile, readJsonFile } from '../../datasets/read-input-file.ts'
import { completeHost, parseHosts } from '../../distributed/planner/hosts.ts'
import { requireShards } from '../../distributed/planner/place-tables.ts'
import { planJob } from '../../distributed/planner/plan-job.ts'
import { compilePlan } from '../../model/plan.ts'
import { UsageError, type Command, type OptionSpec } from '../command.ts'
import { modelFromArgument } from '../model-argument.ts'
import { table } from '../terminal.ts'
import { modelAssignments, trainingConfigFrom, trainingOptions } from '../training-options.ts'

const shared = ['batch-size', 'optimizer', 'config', 'set']
const sharedOptions = Object.fromEntries(
  Object.entries(trainingOptions).filter(([name]) => shared.includes(name)),
)

const options: Record<string, OptionSpec> = {
  data: { type: 'string', value: 'N', help: 'the dataset to train on (required)' },
  ranks: {
    type: 'string',
    value: 'R',
    help: 'the number of ranks (default: the slots of --hosts, or of --plan)',
  },
  hosts: {
    type: 'string',
    value: 'FILE',
    help: 'the hosts: a line is NAME slots=N memory=32GB (default: this machine)',
  },
  plan: {
    type: 'string',
    value: 'FILE',
    help: 'a plan whose pinned tables stay where they are ("pinned": true)',
  },
  ...sharedOptions,
}

export const plan: Command = {
  name: 'plan',
  summary:
    'Show which rank of a job would have which tables of a model: bytes, predicted times, and who waits for whom.',
  positionals: [{ name: 'MODEL', required: true }],
  options,
  async run({ services, options, positionals, note }) {
    const dataset = options.text('data')
    if (!dataset) throw new UsageError('plan needs --data: a dataset of the workspace.', 'data')
    const path = options.text('plan')
    const file = path === undefined ? null : await readJsonFile(path, tablePlanFile)
    const { training } = readTrainingDefaults(services.database)
    const { config } = await trainingConfigFrom(options, startingConfig(training, 0))
    const ranks = config.ranks ?? file?.ranks
    if (ranks === undefined) throw new UsageError('plan needs --ranks: the number of ranks.', 'ranks')
    const manifest = await services.datasets.show(dataset)
    const columns = columnsOf(manifest)
    const model = await modelFromArgument(positionals[0] ?? '', columns, modelAssignments(options))
    const hostsPath = options.text('hosts')
    const calibration = listCalibrations(services.database).find(
      ({ backend, precision }) => backend === 'native' && precision === config.precision,
    )
    const execution = compilePlan(model, columns)
    if (file) requireShards(execution, file, config.tables.kind)
    const placed = planJob({
      plan: execution,
      columns,
      trainRows: manifest.splits.train.rows,
      config,
      ranks,
      hosts:
        hostsPath === undefined
          ? null
          : parseHosts(await readInputFile(hostsPath), hostsPath).map(completeHost),
      pins: file?.shards.filter(({ pinned }) => pinned) ?? [],
      unitTimes: calibration?.unitTimes ?? null,
    })
    if (hostsPath === undefined && !calibration) {
      const command = services.commandLine('calibrate')
      note(`The times are those of an ordinary machine: measure this one with ${command}.`)
    }
    return { json: placed, text: planText(placed) }
  },
}

const milliseconds = (value: number) => `${value.toPrecision(3)} ms`

const stepMs = ({ lookupsMs, exchangeMs, denseMs }: PlannedRank) => lookupsMs + exchangeMs + denseMs

function planText({ shards, perRank, slowestRank }: TablePlan): string {
  const slowest = perRank[slowestRank]
  const ranks = perRank.map((rank) => [
    String(rank.rank),
    rank.host,
    String(new Set(shards.filter((shard) => shard.rank === rank.rank).map((shard) => shard.table)).size),
    formatBytes(rank.memoryBytes),
    milliseconds(rank.lookupsMs),
    milliseconds(rank.exchangeMs),
    milliseconds(rank.denseMs),
    milliseconds(stepMs(rank)),
  ])
  const places = shards.map((shard) => [
    shard.table,
    String(shard.rank),
    partOfTable(shard),
    formatBytes(shard.bytes),
    shard.pinned ? 'pinned' : '',
  ])
  return [
    table(['rank', 'host', 'tables', 'memory', 'lookups', 'exchange', 'dense', 'step'], ranks),
    '',
    table(['table', 'rank', 'part', 'bytes', ''], places),
    '',
    slowest && perRank.length > 1
      ? `The others wait for rank ${slowestRank} on ${slowest.host}: a step takes about ${milliseconds(stepMs(slowest))}.`
      : `A step takes about ${milliseconds(slowest ? stepMs(slowest) : 0)}.`,
  ].join('\n')
}
