import { runs } from './0010-runs.ts'
import { modelsAndPreferences } from './0020-models-and-preferences.ts'
import { runTotals } from './0030-run-totals.ts'
import { initialParameters } from './0040-initial-parameters.ts'
import { benchmarks } from './0050-benchmarks.ts'
import { modelEdits } from './0060-model-edits.ts'
import { modelVersions } from './0070-model-versions.ts'
import { rowChecksums } from './0090-row-checksums.ts'
import { runModels } from './0100-run-models.ts'
import { runChanges } from './0110-run-changes.ts'
import { rankTimes } from './0120-rank-times.ts'
import { trash } from './0130-trash.ts'
import type { Migration } from './migration.ts'

/** In the order in which they are applied. */
export const migrations: readonly Migration[] = [
  runs,
  modelsAndPreferences,
  runTotals,
  initialParameters,
  benchmarks,
  modelEdits,
  modelVersions,
  rowChecksums,
  runModels,
  runChanges,
  rankTimes,
  trash,
]
