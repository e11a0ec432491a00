/** Every command, in the order of the help. */
import type { Command } from '../command.ts'
import { bench } from './bench.ts'
import { benchCompare, benchDelete, benchExport, benchImport, benchList, benchShow } from './bench-results.ts'
import { calibrate } from './calibrate.ts'
import { clusterCheck } from './cluster-check.ts'
import { clusterSlurm } from './cluster-slurm.ts'
import { clusterRehearse } from './cluster-rehearse.ts'
import { compare } from './compare.ts'
import { dataDelete, dataList, dataRecipe, dataShow, dataVerify } from './data.ts'
import { dataGenerate, dataProfile } from './data-generate.ts'
import { dataImport } from './data-import.ts'
import { dataLeaks } from './data-leaks.ts'
import { dataPreview } from './data-preview.ts'
import { dataRejected } from './data-rejected.ts'
import { dlrm } from './dlrm.ts'
import { doctor } from './doctor.ts'
import { exportCommand } from './export.ts'
import { modelCheck, modelDiff, modelDlrm, modelKinds, modelPreset } from './model.ts'
import { plan } from './plan.ts'
import { predict } from './predict.ts'
import { quantise } from './quantise.ts'
import { quickstart } from './quickstart.ts'
import { resume } from './resume.ts'
import { runsDelete, runsList, runsShow } from './runs.ts'
import { sample } from './sample.ts'
import { settings } from './settings.ts'
import { status } from './status.ts'
import { stop } from './stop.ts'
import { tensorflowInstall, tensorflowRemove, tensorflowStatus, tensorflowUse } from './tensorflow.ts'
import { train } from './train.ts'
import { trashEmpty, trashList, trashRestore } from './trash.ts'
import { workspaceBackup, workspaceCheck, workspaceRepair, workspaceRestore } from './workspace.ts'
import { verify } from './verify.ts'

export const commands: readonly Command[] = [
  quickstart,
  sample,
  dataPreview,
  dataImport,
  dataGenerate,
  dataProfile,
  dataList,
  dataShow,
  dataLeaks,
  dataRejected,
  dataRecipe,
  dataVerify,
  dataDelete,
  modelPreset,
  modelKinds,
  modelDlrm,
  modelCheck,
  modelDiff,
  plan,
  clusterCheck,
  clusterRehearse,
  clusterSlurm,
  status,
  train,
  stop,
  resume,
  predict,
  quantise,
  runsList,
  runsShow,
  runsDelete,
  compare,
  exportCommand,
  dlrm,
  verify,
  bench,
  benchList,
  benchShow,
  benchCompare,
  benchDelete,
  benchExport,
  benchImport,
  calibrate,
  tensorflowInstall,
  tensorflowStatus,
  tensorflowUse,
  tensorflowRemove,
  settings,
  trashList,
  trashRestore,
  trashEmpty,
  workspaceBackup,
  workspaceRestore,
  workspaceCheck,
  workspaceRepair,
  doctor,
]
