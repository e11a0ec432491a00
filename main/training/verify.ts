/** Compares a backend with reference cases: a folder of NAME.json and NAME.safetensors. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { StudioError, toErrorData } from '../contract/errors.ts'
import type { TrainingConfig } from '../contract/training.ts'
import { readRegularFile } from '../platform/regular-file.ts'
import { isOperationCase, operationCase } from '../model/operation-case.ts'
import { referenceCase, type ReferenceCase } from '../model/reference-case.ts'
import { requireBackend } from './backends/create-backend.ts'
import { replayCase } from './replay.ts'
import { SafetensorsFile } from './safetensors.ts'

export interface CaseResult {
  name: string
  passed: boolean
  /** The backend cannot run what the case trains. */
  skipped: boolean
  /** Why it was skipped, what deviates first, or what is wrong with its files; null if it passed. */
  reason: string | null
  /** The largest absolute differences; null if one was not measured or is not finite. */
  maxLossError: number | null
  maxParameterError: number | null
  maxPredictionError: number | null
}

export interface VerificationReport {
  cases: CaseResult[]
  passed: number
  failed: number
  skipped: number
}

/** Throws if there is no such backend, or no case in the folder. Problems of a case are in its result. */
export async function verifyFolder(
  folder: string,
  backend: TrainingConfig['backend'],
  onCase: (result: CaseResult) => void = () => undefined,
): Promise<VerificationReport> {
  requireBackend(backend)
  const cases: CaseResult[] = []
  for (const name of await caseNames(folder)) {
    const result = await verifyCase(folder, name, backend)
    cases.push(result)
    onCase(result)
  }
  const passed = cases.filter((result) => result.passed).length
  const skipped = cases.filter((result) => result.skipped).length
  return { cases, passed, failed: cases.length - passed - skipped, skipped }
}

/** A case of which one file is missing still counts, so that a lost file is noticed. */
async function caseNames(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    const code = cause.code === 'ENOENT' ? 'NotFound' : 'Io'
    throw new StudioError(code, `The folder ${folder} cannot be read (${cause.code ?? cause.message}).`, {
      file: folder,
    })
  })
  const names = files.flatMap((file) => /^(.+)\.(?:json|safetensors)$/.exec(file)?.[1] ?? [])
  if (names.length > 0) return [...new Set(names)].toSorted()
  throw new StudioError(
    'NotFound',
    `There are no reference cases in ${folder}: a case is NAME.json with NAME.safetensors beside it.`,
    { file: folder },
  )
}

async function verifyCase(
  folder: string,
  name: string,
  backend: TrainingConfig['backend'],
): Promise<CaseResult> {
  const unmeasured = { maxLossError: null, maxParameterError: null, maxPredictionError: null }
  try {
    const reference = await readCase(join(folder, `${name}.json`))
    const file = await SafetensorsFile.open(join(folder, `${name}.safetensors`))
    try {
      const { losses, rates, parameters, predictions } = await replayCase(reference, file, backend)
      const reason = [rates, losses, parameters, predictions].find(({ complaint }) => complaint)?.complaint
      return {
        name,
        passed: reason === undefined,
        skipped: false,
        reason: reason ?? null,
        maxLossError: finite(losses.largest),
        maxParameterError: finite(parameters.largest),
        maxPredictionError: finite(predictions.largest),
      }
    } finally {
      await file.close()
    }
  } catch (error) {
    const { code, message } = toErrorData(error)
    return { name, passed: false, skipped: code === 'Unsupported', reason: message, ...unmeasured }
  }
}

/** The limit for recorded cases, the largest of which has a few megabytes. */
const MAX_CASE_BYTES = 256 * 1024 * 1024

async function readCase(path: string): Promise<ReferenceCase> {
  const text = (await readRegularFile(path, MAX_CASE_BYTES)).toString('utf8')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StudioError('Corrupt', `${path} is not JSON: ${reason}`, { file: path })
  }
  return isOperationCase(json) ? operationCase(json) : referenceCase(json)
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
