/** The tensors of a reference case: NAME.safetensors, as test/fixtures/reference/README.md describes it. */
import type { BatchArrays } from '../../native/index.ts'
import { StudioError } from '../contract/errors.ts'
import type { SafetensorsFile, Tensor } from './safetensors.ts'

/**
 * Batch `step`, from 0, for a model with this many dense columns and tables. Throws Corrupt with the name of the
 * tensor.
 */
export async function readReferenceBatch(
  file: SafetensorsFile,
  step: number,
  denseColumns: number,
  tables: number,
): Promise<BatchArrays> {
  const name = (tensor: string): string => `batch${step}/${tensor}`
  const size = tensor(file, name('labels'), 'F32', [null, 1]).shape[0] ?? 0
  tensor(file, name('dense'), 'F32', [size, denseColumns])
  const columns: BatchArrays['columns'] = []
  for (let table = 0; table < tables; table++) {
    tensor(file, name(`offsets${table}`), 'I64', [size])
    tensor(file, name(`indices${table}`), 'I64', [null])
    columns.push({
      offsets: await file.readIntegers(name(`offsets${table}`)),
      indices: await file.readIntegers(name(`indices${table}`)),
    })
  }
  const dense = await file.readFloats(name('dense'))
  return { size, dense, labels: await file.readFloats(name('labels')), columns }
}

/** The model's predictions for `size` rows after the last step. */
export async function readFinalPredictions(file: SafetensorsFile, size: number): Promise<Float32Array> {
  const name = 'final_predictions'
  const { shape } = tensor(file, name, 'F32', null)
  if (shape.reduce((product, length) => product * length, 1) !== size) {
    throw damaged(file, name, `has shape [${shape.join(', ')}] for a batch of ${size} rows`)
  }
  return file.readFloats(name)
}

/** `shape` null allows any shape, and a null in it any length. */
function tensor(
  file: SafetensorsFile,
  name: string,
  dtype: Tensor['dtype'],
  shape: readonly (number | null)[] | null,
): Tensor {
  const found = file.tensors.get(name)
  if (!found) throw damaged(file, name, 'is missing')
  if (found.dtype !== dtype) throw damaged(file, name, `is ${found.dtype} and must be ${dtype}`)
  const fits = shape?.every((length, axis) => length === null || length === found.shape[axis]) ?? true
  if (!fits || (shape && shape.length !== found.shape.length)) {
    const wanted = shape?.map((length) => length ?? 'any').join(', ')
    throw damaged(file, name, `has shape [${found.shape.join(', ')}] and must have [${wanted}]`)
  }
  return found
}

function damaged(file: SafetensorsFile, name: string, what: string): StudioError {
  return new StudioError('Corrupt', `${file.path}: tensor ${name} ${what}.`, { file: file.path })
}
