/** The predicted time of a step and of an epoch, as commands print it. */
import { listCalibrations } from '../benchmark/calibration/stored-calibrations.ts'
import { workOfStep } from '../contract/calibration.ts'
import type { DatasetManifest } from '../contract/manifest.ts'
import { columnsOf } from '../datasets/columns-of.ts'
import type { ModelDocument } from '../model/document.ts'
import { compilePlan } from '../model/plan.ts'
import { predictStep } from '../model/step-time/predict.ts'
import type { Invocation, OptionSpec } from './command.ts'
import { formatDuration } from '../contract/quantities.ts'
import { integer } from './terminal.ts'
import { trainingConfigFrom, trainingOptions } from './training-options.ts'

const named = ['backend', 'batch-size', 'optimizer', 'precision'] as const

/** The training settings on which a step's time depends. */
export const stepTimeOptions: Record<string, OptionSpec> = Object.fromEntries(
  named.flatMap((name) => (trainingOptions[name] ? [[name, trainingOptions[name]]] : [])),
)

/** For a valid document on a dataset. If this machine was not measured, it says how to measure it. */
export async function stepTimeOf(
  { options, services }: Invocation,
  document: ModelDocument,
  manifest: DatasetManifest,
): Promise<{ json: object | null; text: string }> {
  const { config } = await trainingConfigFrom(options)
  const { backend, precision, batchSize } = config
  const calibration = listCalibrations(services.database).find(
    (each) => each.backend === backend && each.precision === precision,
  )
  if (!calibration) {
    const command = services.commandLine(`calibrate --backend ${backend} --precision ${precision}`)
    return {
      json: null,
      text: `No step time can be predicted yet: measure this machine with ${command}.`,
    }
  }
  const columns = columnsOf(manifest)
  const trainRows = manifest.splits.train.rows
  const work = workOfStep(compilePlan(document, columns), columns, trainRows, config)
  const { ms, nodes } = predictStep(work, calibration.unitTimes)
  const epochMs = ms * Math.ceil(trainRows / batchSize)
  const { device, threads } = calibration
  return {
    json: {
      backend,
      precision,
      batchSize,
      device,
      threads,
      msPerStep: ms,
      epochMs,
      nodes: Object.fromEntries(nodes),
    },
    text:
      `A step of ${integer(batchSize)} samples takes about ${ms.toPrecision(3)} ms, an epoch of ` +
      `${integer(trainRows)} ${formatDuration(epochMs)}: ${backend} on the ${device}, ${precision}, ${threads} threads.`,
  }
}
