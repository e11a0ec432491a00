import { existsSync } from 'node:fs'
import { issueSentence } from '../model/issue-text.ts'
import { z } from 'zod'
import { StudioError } from '../contract/errors.ts'
import { assign, type Assignment } from '../model/assign-setting.ts'
import type { BoundColumns, ModelDocument } from '../model/document.ts'
import { withDatasetColumns } from '../model/placeholder-columns.ts'
import { parseDocument } from '../model/parse.ts'
import { problemText } from '../model/plan.ts'
import { isPresetName, presetDocument, presetNames, type PresetName } from '../model/presets/index.ts'
import { unusedSetting } from '../model/presets/unused-setting.ts'
import { UsageError } from './command.ts'
import { readInputFile } from '../datasets/read-input-file.ts'

/**
 * MODEL is the name of a preset, which is bound to the dataset's columns, or the file of a document. Placeholder
 * columns, which `model dlrm` writes without a dataset, are replaced by the dataset's columns in their order.
 */
export async function modelFromArgument(
  model: string,
  columns: BoundColumns,
  settings: readonly Assignment[],
): Promise<ModelDocument> {
  if (isPresetName(model)) return presetFromSettings(model, columns, settings)
  if (settings.length > 0) {
    throw new UsageError(
      'A model file is trained unchanged: --set model.… can only be used with a preset.',
      'set',
    )
  }
  if (!/[./\\]/.test(model) && !existsSync(model)) {
    throw new UsageError(
      `${model} is neither a file nor a preset; presets are ${presetNames.join(', ')}.`,
      'MODEL',
    )
  }
  const document = await readModelFile(model)
  return withDatasetColumns(document, columns) ?? document
}

/** Throws UsageError with the name of the wrong setting. */
export function presetFromSettings(
  name: PresetName,
  columns: BoundColumns,
  settings: readonly Assignment[],
): ModelDocument {
  try {
    const document = presetDocument(name, columns, settings.reduce<Record<string, unknown>>(assign, {}))
    const unused = unusedSetting(name, columns, settings)
    if (unused === null) return document
    throw new UsageError(
      `${unused.path} has no effect on the preset ${name}: ${unused.reason}. ` +
        'Change the other settings or leave it out.',
      unused.path,
    )
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    const issue = error.issues[0]
    if (issue?.code === 'unrecognized_keys') {
      const unknown = [...issue.path, issue.keys[0]].join('.')
      throw new UsageError(`The preset ${name} has no setting ${unknown}.`, unknown)
    }
    const field = issue?.path.join('.') || name
    throw new UsageError(issueSentence(issue, field), field)
  }
}

/** Throws InvalidModel with the file, the node and the field. */
export async function readModelFile(path: string): Promise<ModelDocument> {
  const { document, problems } = parseDocument(await readInputFile(path))
  if (document) return document
  const first = problems[0]
  throw new StudioError('InvalidModel', `${path}: ${problemText(first)}`, {
    file: path,
    ...(first?.field && { field: first.field }),
    details: problems,
  })
}
