import { columnsOf } from '../../datasets/columns-of.ts'
import { formatBytes } from '../../contract/quantities.ts'
import { z } from 'zod'
import { parseAssignment } from '../../model/assign-setting.ts'
import { modelOfDlrmFlags } from '../../model/dlrm-arguments.ts'
import { checkDocument, type ModelCheck } from '../../model/check.ts'
import {
  documentChanges,
  isUnchanged,
  valueText,
  type DocumentChanges,
  type FieldChange,
} from '../../model/editing/changes.ts'
import { maximumOf } from '../../model/extremes.ts'
import type { NodeField } from '../../model/kinds/field.ts'
import { nodeDefinitions } from '../../model/kinds/index.ts'
import { problemText } from '../../model/plan.ts'
import { isPresetName, presetNames } from '../../model/presets/index.ts'
import { EXIT, UsageError, type Command, type Invocation, type OptionSpec } from '../command.ts'
import { fromFlags } from '../dlrm-flags.ts'
import { modelFromArgument, presetFromSettings, readModelFile } from '../model-argument.ts'
import { stepTimeOf, stepTimeOptions } from '../step-time.ts'
import { integer, table } from '../terminal.ts'

type NodeFacts = (typeof nodeDefinitions)[number]

const dataOption: OptionSpec = {
  type: 'string',
  value: 'N',
  help: 'the dataset whose columns the model uses (required)',
}

async function manifestFor({ services, options }: Invocation, command: string) {
  const id = options.text('data')
  if (!id) throw new UsageError(`${command} needs --data: a dataset of the workspace.`, 'data')
  return services.datasets.show(id)
}

export const modelPreset: Command = {
  name: 'model preset',
  summary: `Print a preset's model document: ${presetNames.join(', ')}.`,
  positionals: [{ name: 'NAME', required: true }],
  options: {
    data: dataOption,
    set: {
      type: 'string',
      value: 'PATH=VALUE',
      multiple: true,
      help: 'a setting, e.g. dimension=32 or top=128-64',
    },
  },
  async run(invocation) {
    const name = invocation.positionals[0] ?? ''
    if (!isPresetName(name)) {
      throw new UsageError(`There is no preset ${name}; there are ${presetNames.join(', ')}.`, 'NAME')
    }
    const columns = columnsOf(await manifestFor(invocation, 'model preset'))
    const document = presetFromSettings(name, columns, invocation.options.list('set').map(parseAssignment))
    return { json: document, text: JSON.stringify(document, null, 2) }
  },
}

export const modelKinds: Command = {
  name: 'model kinds',
  summary: 'List the kinds of nodes that a model document may have: inputs, settings, what each computes.',
  positionals: [],
  options: {},
  run: () => Promise.resolve({ json: kindsForScripts(), text: nodeDefinitions.map(kindText).join('\n\n') }),
}

const kindsForScripts = () =>
  nodeDefinitions.map(({ kind, label, computes, schema, ports }) => {
    const inputs = ports.map(({ name, minimum, maximum }) => {
      return { name, minimum, maximum: Number.isFinite(maximum) ? maximum : null }
    })
    return { kind, label, computes, inputs, schema: z.toJSONSchema(schema) }
  })

function kindText({ kind, label, computes, widthInWords, ports, fields }: NodeFacts): string {
  const lines = ports.map(({ name, minimum, maximum }) => [
    `inputs.${name}`,
    maximum > 1 ? 'any number of nodes' : minimum > 0 ? 'one node' : 'one node, or none',
  ])
  const facts = [
    ...lines,
    ...(widthInWords ? [['width', widthInWords]] : []),
    ...fields.map((field) => [field.path, fieldText(field)]),
  ]
  const longest = maximumOf(facts.map(([name = '']) => name.length))
  return [
    `${kind} (${label}): ${computes}.`,
    ...facts.map(([name = '', text = '']) => `    ${name.padEnd(longest)}  ${text}`),
  ].join('\n')
}

function fieldText(field: NodeField): string {
  const values = field.control === 'choice' ? field.options.map(({ value }) => value).join(', ') : ''
  return [
    field.hint,
    ...(values ? [`One of ${values}.`] : []),
    ...(field.when ? [`Only where ${field.when.path} is ${field.when.is}.`] : []),
  ].join(' ')
}

export const modelDlrm: Command = {
  name: 'model dlrm',
  summary: 'Print the model document of a dlrm_s_pytorch.py command line (flags after --).',
  positionals: [],
  options: {
    data: { ...dataOption, help: 'the dataset whose columns the model uses (default: placeholder columns)' },
  },
  takesRest: true,
  async run({ rest, note, options, services }) {
    const id = options.text('data')
    const columns = id ? columnsOf(await services.datasets.show(id)) : null
    const { document, leftAside, notes, training } = fromFlags(
      (flags) => modelOfDlrmFlags(flags, columns),
      rest,
    )
    for (const text of notes) note(text)
    if (leftAside.length > 0) note(`Ignored, because they do not affect the model: ${leftAside.join(', ')}.`)
    const { optimizer, learningRate, epochs, batchSize, schedule } = training
    const scheduled = Object.entries(schedule).filter(([, steps]) => steps > 0)
    const settings = scheduled.map(([name, steps]) => ` --set schedule.${name}=${steps}`).join('')
    const words =
      `train MODEL.json --data ${id ?? 'NAME'} --optimizer ${optimizer} --learning-rate ${learningRate} ` +
      `--batch-size ${batchSize} --epochs ${epochs}${settings}`
    note(
      `After saving this as MODEL.json, train it with the settings of these flags: ${services.commandLine(words)}`,
    )
    return { json: document, text: JSON.stringify(document, null, 2) }
  },
}

export const modelCheck: Command = {
  name: 'model check',
  summary:
    "Check a model document or preset against a dataset's columns: problems, shapes, sizes, costs, time.",
  positionals: [{ name: 'FILE', required: true }],
  options: { data: dataOption, ...stepTimeOptions },
  async run(invocation) {
    const manifest = await manifestFor(invocation, 'model check')
    const columns = columnsOf(manifest)
    const document = await modelFromArgument(invocation.positionals[0] ?? '', columns, [])
    const check = checkDocument(document, columns)
    const isValid = check.problems.every(({ severity }) => severity !== 'error')
    const time = isValid ? await stepTimeOf(invocation, document, manifest) : null
    return {
      json: { ...check, stepTime: time?.json ?? null },
      text: [checkText(check), ...(time ? [time.text] : [])].join('\n'),
      exitCode: isValid ? EXIT.done : EXIT.failed,
    }
  },
}

export const modelDiff: Command = {
  name: 'model diff',
  summary: 'List the differences between two model documents or presets: nodes, settings, connections.',
  positionals: [
    { name: 'BEFORE', required: true },
    { name: 'AFTER', required: true },
  ],
  options: { data: { ...dataOption, help: 'the dataset whose columns presets use' } },
  async run(invocation) {
    const id = invocation.options.text('data')
    const columns = id ? columnsOf(await invocation.services.datasets.show(id)) : null
    const read = (model = '') => {
      if (columns) return modelFromArgument(model, columns, [])
      if (isPresetName(model)) throw new UsageError(`The preset ${model} needs --data: a dataset.`, 'data')
      return readModelFile(model)
    }
    const [before, after] = invocation.positionals
    const changes = documentChanges(await read(before), await read(after))
    return { json: changes, text: changesText(changes) }
  },
}

const signs = { added: '+', removed: '-', changed: '~' }

function changesText(changes: DocumentChanges): string {
  const { nodes, edges, about, moved } = changes
  const field = ({ path, before, after }: FieldChange) =>
    `${path}: ${valueText(before)} → ${valueText(after)}`
  return [
    ...(isUnchanged(changes) ? ['The models are identical.'] : []),
    ...about.map(field),
    ...nodes.flatMap(({ id, change, fields }) => [
      `${signs[change]} ${id}`,
      ...fields.map((each) => `    ${field(each)}`),
    ]),
    ...edges.map(({ source, target, change }) => `${signs[change]} ${source} → ${target}`),
    ...(moved > 0 ? [`${integer(moved)} ${moved === 1 ? 'box lies' : 'boxes lie'} elsewhere.`] : []),
  ].join('\n')
}

function checkText({ problems, nodes, totals }: ModelCheck): string {
  const size = (value: number | null | undefined) =>
    value === null || value === undefined ? '–' : integer(value)
  return [
    table(
      ['node', 'kind', 'output', 'parameters'],
      nodes.map(({ id, kind, output, parameters }) => [
        id,
        kind,
        output ? `batch × ${output.width}` : '–',
        size(parameters),
      ]),
    ),
    '',
    `${integer(totals.parameters)} parameters${totals.complete ? '' : ' in the nodes that are sound'}; with optimizer state ` +
      Object.entries(totals.bytes)
        .map(([kind, bytes]) => `${kind} ${formatBytes(bytes)}`)
        .join(', '),
    ...problems.map((problem) => `${problem.severity}: ${problemText(problem)}`),
  ].join('\n')
}
