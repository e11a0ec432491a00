import type { z } from 'zod'
import {
  personSettings,
  defaultPersonSettings,
  trainingDefaults,
  type TrainingDefaults,
} from '../../contract/settings.ts'
import { assign, parseAssignment, settingAt, type Assignment } from '../../model/assign-setting.ts'
import { issueSentence } from '../../model/issue-text.ts'
import { changePersonSettings, readPersonSettings } from '../../platform/person-settings.ts'
import { changeTrainingDefaults, configOfNewRun, readTrainingDefaults } from '../../runs/training-defaults.ts'
import { UsageError, type Command, type Invocation, type Outcome } from '../command.ts'
import { table } from '../terminal.ts'

const ofPerson = Object.keys(personSettings.shape) as (keyof typeof personSettings.shape)[]
const ofOptimizers = (['tables', 'dense'] as const).flatMap((group) => [
  `${group}.kind`,
  `${group}.learningRate`,
])
const ofWorkspace = ['epochs', 'batchSize', 'seed', 'precision', 'earlyStopping.patience', ...ofOptimizers]

/** The settings of Settings in the window, which both read. */
export const settings: Command = {
  name: 'settings',
  summary: 'Show or change the settings of the window and what new runs start with.',
  positionals: [],
  options: {
    set: {
      type: 'string',
      value: 'NAME=VALUE',
      multiple: true,
      help: 'change a setting, e.g. epochs=5, tables.kind=sgd, theme=dark',
    },
    reset: { type: 'string', value: 'NAME', multiple: true, help: 'give a setting its default again' },
  },
  note:
    `Of this workspace: ${ofWorkspace.join(', ')}. Of this person on this machine, for all workspaces: ` +
    `${ofPerson.join(', ')}.`,
  async run(invocation) {
    const { options, services } = invocation
    const changes = options.list('set').map(parseAssignment)
    const resets = options
      .list('reset')
      .map((name): Assignment => ({ path: name.split('.'), value: undefined }))
    const all = [...changes, ...resets].map((each) => ({ ...each, name: each.path.join('.') }))
    const unknown = all.find(({ name }) => ![...ofPerson, ...ofWorkspace].includes(name))
    if (unknown)
      throw new UsageError(
        `There is no setting ${unknown.name}; there are ${[...ofWorkspace, ...ofPerson].join(', ')}.`,
        unknown.name,
      )
    const isOfPerson = ({ name }: { name: string }) => (ofPerson as string[]).includes(name)
    const person = checkedPerson(all.filter(isOfPerson))
    const training = all.filter((each) => !isOfPerson(each))
    const defaults = training.length > 0 ? changedDefaults(services, training) : null
    if (Object.keys(person).length > 0) await changePersonSettings(person)
    if (defaults) changeTrainingDefaults(services.database, defaults)
    return shown(invocation)
  },
}

function checkedPerson(changes: readonly { name: string; value: unknown }[]) {
  const values = changes.map(({ name, value }) => [
    name,
    value === undefined ? defaultPersonSettings[name as keyof typeof defaultPersonSettings] : value,
  ])
  return checked(personSettings.partial(), Object.fromEntries(values))
}

function changedDefaults(services: Invocation['services'], changes: readonly Assignment[]): TrainingDefaults {
  const { training } = readTrainingDefaults(services.database)
  const changed = changes.reduce<Record<string, unknown>>((now, change) => {
    // Early stopping is off where it is null, which has no patience that could be changed.
    const own = now[change.path[0] ?? ''] === null ? { ...now, [change.path[0] ?? '']: {} } : now
    return assign(own, change)
  }, training)
  return checked(trainingDefaults, withoutNothing(changed))
}

/** Without the values that were reset, and the groups of which nothing is left. */
function withoutNothing(values: Record<string, unknown>): Record<string, unknown> {
  const kept = Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined) return []
    if (typeof value !== 'object' || value === null) return [[name, value] as const]
    const inner = withoutNothing(value as Record<string, unknown>)
    return Object.keys(inner).length > 0 ? [[name, inner] as const] : []
  })
  return Object.fromEntries(kept)
}

/** Throws UsageError naming the first setting whose value cannot be. */
function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const field = issue?.path.join('.') ?? 'settings'
  throw new UsageError(issueSentence(issue, field), field)
}

function shown({ services, note }: Invocation): Outcome {
  const { config, problems } = configOfNewRun(services.database)
  for (const problem of problems) note(problem)
  const { training } = readTrainingDefaults(services.database)
  const { settings: person } = readPersonSettings()
  const rows = [
    ...ofWorkspace.map((name) => {
      const chosen = settingAt(training, name.split('.')) !== undefined
      return [name, valueText(settingAt(config, name.split('.'))), chosen ? 'this workspace' : 'default']
    }),
    ...ofPerson.map((name) => {
      const chosen = person[name] !== defaultPersonSettings[name]
      return [name, valueText(person[name]), chosen ? 'this person' : 'default']
    }),
  ]
  return { json: { person, training }, text: table(['setting', 'value', 'from'], rows) }
}

const valueText = (value: unknown): string =>
  value === undefined ? 'never' : typeof value === 'string' ? value : JSON.stringify(value)
