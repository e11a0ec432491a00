import { startingConfig } from '../../contract/settings.ts'
import { readTrainingDefaults } from '../../runs/training-defaults.ts'
import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { MAX_RANKS } from '../../contract/training.ts'
import { columnsOf } from '../../datasets/columns-of.ts'
import { chooseMpi, findMpi } from '../../distributed/mpi.ts'
import { ORDINARY_HOST } from '../../distributed/planner/hosts.ts'
import { planJob } from '../../distributed/planner/plan-job.ts'
import { batchScript, memoryOfNode, type Allocation } from '../../distributed/slurm/batch-script.ts'
import { compilePlan } from '../../model/plan.ts'
import { writeFileSafely } from '../../platform/write-file.ts'
import { bundleFile } from '../../training/worker-process.ts'
import { UsageError, type Command, type OptionSpec, type OptionValues } from '../command.ts'
import { modelFromArgument } from '../model-argument.ts'
import { checkOutputFile } from '../output-file.ts'
import { modelAssignments, trainingConfigFrom, trainingOptions } from '../training-options.ts'

/** Slurm has names of its own for these. */
const replaced = ['ranks', 'hosts', 'threads']
const passedOptions = Object.fromEntries(
  Object.entries(trainingOptions).filter(([name]) => !replaced.includes(name)),
)

const options: Record<string, OptionSpec> = {
  data: { type: 'string', value: 'N', help: 'the dataset to train on (required)' },
  name: { type: 'string', value: 'R', help: 'the name of run and job (default: model, dataset and time)' },
  nodes: { type: 'string', value: 'N', help: 'nodes of the allocation (default 1)' },
  'ntasks-per-node': { type: 'string', value: 'N', help: 'ranks on each node (default 1)' },
  'cpus-per-task': { type: 'string', value: 'N', help: 'threads of each rank (default 1)' },
  partition: { type: 'string', value: 'P', help: 'the partition (default: the cluster’s)' },
  account: { type: 'string', value: 'A', help: 'the account that is charged (default: yours)' },
  time: { type: 'string', value: '4:00:00', help: 'the time limit (default: the partition’s)' },
  output: { type: 'string', value: 'FILE', help: 'the script (default: NAME.sbatch)' },
  force: { type: 'boolean', help: 'overwrite existing files' },
  ...passedOptions,
}

export const clusterSlurm: Command = {
  name: 'cluster slurm',
  summary:
    'Write a batch script that trains on the nodes of a Slurm cluster, with the plan of its tables beside it.',
  positionals: [{ name: 'MODEL', required: true }],
  options,
  async run({ services, options, positionals }) {
    const dataset = options.text('data')
    if (!dataset) throw new UsageError('cluster slurm needs --data: a dataset of the workspace.', 'data')
    const allocation = allocationFrom(options)
    const { nodes, tasksPerNode, cpusPerTask } = allocation
    const ranks = nodes * tasksPerNode
    if (ranks > MAX_RANKS)
      throw new UsageError(
        `${nodes} nodes of ${tasksPerNode} tasks are ${ranks} ranks; there can be ${MAX_RANKS}.`,
        'nodes',
      )
    const [argument = ''] = positionals
    const name = nameFrom(options, argument, dataset)
    const script = resolve(options.text('output') ?? `${name}.sbatch`)
    const planFile = join(dirname(script), `${basename(script, '.sbatch')}.plan.json`)
    for (const path of [script, planFile]) checkOutputFile(path, { force: options.flag('force') })
    const { training } = readTrainingDefaults(services.database)
    const { config } = await trainingConfigFrom(options, startingConfig(training, 0))
    const manifest = await services.datasets.show(dataset)
    const columns = columnsOf(manifest)
    const model = await modelFromArgument(argument, columns, modelAssignments(options))
    const plan = planJob({
      plan: compilePlan(model, columns),
      columns,
      trainRows: manifest.splits.train.rows,
      config,
      ranks,
      hosts: Array.from({ length: nodes }, (_, index) => ({
        ...ORDINARY_HOST,
        name: `node${index + 1}`,
        slots: tasksPerNode,
        memoryBytes: null,
      })),
      pins: [],
      unitTimes: null,
    })
    const memoryBytes = memoryOfNode(plan)
    const mpi = chooseMpi(await findMpi()).name
    const text = batchScript({
      name,
      allocation,
      memoryBytes,
      mpi,
      program: [process.execPath, bundleFile('cli')],
      workspace: services.workspace,
      train: [
        ...['train', existsSync(argument) ? resolve(argument) : argument, '--data', dataset],
        ...['--ranks', String(ranks), '--threads', String(cpusPerTask), '--plan', planFile],
        ...passedWords(options),
      ],
    })
    await writeFileSafely(planFile, (sink) => sink.text(`${JSON.stringify(plan, null, 2)}\n`))
    await writeFileSafely(script, (sink) => sink.text(text))
    return {
      json: { script, plan: planFile, name, ranks, memoryBytes, mpi },
      text: `Wrote ${script} and its plan ${planFile}. Submit it with: sbatch ${script}`,
    }
  },
}

function allocationFrom(options: OptionValues): Allocation {
  const count = (name: string) => options.number(name, { whole: true, min: 1, max: MAX_RANKS }) ?? 1
  /** Slurm decides what is valid; here a value only has to stay in its line. */
  const text = (name: string) => {
    const value = options.text(name)
    if (value !== undefined && !/^[\w.:,@/+-]+$/.test(value))
      throw new UsageError(
        `--${name} is ${value}, which has characters that Slurm does not take there.`,
        name,
      )
    return value ?? null
  }
  return {
    nodes: count('nodes'),
    tasksPerNode: count('ntasks-per-node'),
    cpusPerTask: count('cpus-per-task'),
    partition: text('partition'),
    account: text('account'),
    time: text('time'),
  }
}

/** Slurm shows it in lists and makes it the name of a file, so it has no spaces. */
function nameFrom(options: OptionValues, model: string, dataset: string): string {
  const given = options.text('name')
  if (given !== undefined && !/^[\w.-]{1,100}$/.test(given))
    throw new UsageError(
      `--name is ${given}; it may have letters, digits, and the characters . _ and - only.`,
      'name',
    )
  const moment = new Date().toISOString().replaceAll(/[-:]/g, '').slice(0, 15)
  const short = `${basename(model, '.json')}-${dataset}`.replaceAll(/[^\w.-]/g, '-').slice(0, 80)
  return given ?? `${short}-${moment}`
}

/** The options of training as they were given. */
function passedWords(options: OptionValues): string[] {
  return Object.entries(passedOptions).flatMap(([name, { type, multiple }]) => {
    if (type === 'boolean') return options.flag(name) ? [`--${name}`] : []
    if (multiple) return options.list(name).flatMap((value) => [`--${name}`, value])
    const value = options.text(name)
    if (value === undefined) return []
    return [`--${name}`, name === 'config' ? resolve(value) : value]
  })
}
