/** Checks the form of a new run before the engine is asked. */
import type { ErrorData } from '../../../main/contract/errors.ts'
import type { RequestOf } from '../../../main/contract/requests.ts'
import { scheduleProblem, trainingConfig, type TrainingConfig } from '../../../main/contract/training.ts'
import { issueText } from '../../../main/model/issue-text.ts'
import type { ModelDocument } from '../../../main/model/document.ts'

/** Says what is wrong with a configuration, by the path of the setting. */
export function configProblems(config: TrainingConfig): Record<string, string> {
  const problems: Record<string, string> = {}
  const parsed = trainingConfig.safeParse(config)
  for (const issue of parsed.error?.issues ?? []) problems[issue.path.join('.')] ??= issueText(issue)
  const schedule = scheduleProblem(config.schedule)
  if (schedule !== null) problems['schedule.decayStartStep'] ??= schedule
  return problems
}

/** Gives the setting that an error of the engine is about, as configProblems names it, or null if it is about none. */
export function settingOf(error: ErrorData): string | null {
  const path = error.field?.replace(/^config\./, '') ?? ''
  const [first = ''] = path.split('.')
  return Object.hasOwn(trainingConfig.shape, first) ? path : null
}

/** Leaves an empty name out, so that the engine names the run after its model and dataset. */
export function startRequest(
  name: string,
  dataset: string,
  model: ModelDocument,
  modelId: string | null,
  config: TrainingConfig,
): RequestOf<'runs.start'> {
  const trimmed = name.trim()
  return { ...(trimmed !== '' && { name: trimmed }), dataset, model, modelId, config }
}
