/** Starting a run from given parameters (`--init`) instead of a draw from the seed. */
import { StudioError } from '../contract/errors.ts'
import type { TrainingBackend } from './backends/backend.ts'
import { SafetensorsFile } from './safetensors.ts'

/**
 * Sets every parameter from a file that has exactly the model's, by the reference's names.
 * Throws InvalidArgument naming the first one that is missing, too many, or of another shape; nothing is set then.
 */
export async function loadInitialParameters(
  backend: Pick<TrainingBackend, 'parameters' | 'setParameter'>,
  path: string,
): Promise<void> {
  const file = await SafetensorsFile.open(path)
  try {
    const parameters = backend.parameters()
    for (const { name, shape } of parameters) {
      const found = file.tensors.get(name)
      if (!found) throw mismatch(path, `has no ${name}, which the model needs with shape ${describe(shape)}`)
      if (found.dtype !== 'F32') throw mismatch(path, `has ${name} as ${found.dtype} and it must be F32`)
      if (found.shape.join() !== shape.join()) {
        throw mismatch(
          path,
          `has ${name} of shape ${describe(found.shape)} and the model needs ${describe(shape)}`,
        )
      }
    }
    const known = new Set(parameters.map(({ name }) => name))
    const extra = [...file.tensors.keys()].find((name) => !known.has(name))
    if (extra !== undefined) throw mismatch(path, `has ${extra}, which the model does not have`)
    for (const { name } of parameters) backend.setParameter(name, await file.readFloats(name))
  } finally {
    await file.close()
  }
}

function describe(shape: number[]): string {
  return `[${shape.join(', ')}]`
}

function mismatch(path: string, what: string): StudioError {
  return new StudioError('InvalidArgument', `The initial parameters do not fit the model: ${path} ${what}.`, {
    file: path,
  })
}
