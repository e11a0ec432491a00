/** Reads parameters from a safetensors file by the reference's names, for `--init` and for reference cases. */
import type { ParameterInfo } from '../../native/index.ts'
import { StudioError } from '../contract/errors.ts'
import type { TrainingBackend } from './backends/backend.ts'
import { SafetensorsFile } from './safetensors.ts'

/**
 * Sets every parameter from a file that has exactly the model's parameters. Throws InvalidArgument naming the first one
 * that is missing, superfluous, of another shape, or has a value that is not finite: a ReLU would turn it into zero,
 * and the model would train with wrong values.
 */
export async function loadInitialParameters(
  backend: Pick<TrainingBackend, 'parameters' | 'setParameter'>,
  path: string,
): Promise<void> {
  const file = await SafetensorsFile.open(path)
  try {
    const parameters = backend.parameters()
    requireParameters(file, parameters)
    for (const { name } of parameters) {
      const values = await file.readFloats(name)
      requireFinite(path, name, values)
      backend.setParameter(name, values)
    }
  } finally {
    await file.close()
  }
}

function requireFinite(path: string, name: string, values: Float32Array): void {
  const index = values.findIndex((value) => !Number.isFinite(value))
  if (index < 0) return
  throw new StudioError(
    'InvalidArgument',
    `${path} has ${values[index]} in ${name}, at place ${index} counted from 0: every parameter must be a finite number.`,
    { file: path },
  )
}

/**
 * Throws InvalidArgument unless the tensors whose names begin with `prefix` are exactly the model's parameters.
 */
export function requireParameters(
  file: SafetensorsFile,
  parameters: readonly ParameterInfo[],
  prefix = '',
): void {
  const refuse = (what: string): never => {
    throw new StudioError('InvalidArgument', `The parameters do not fit the model: ${file.path} ${what}.`, {
      file: file.path,
    })
  }
  for (const { name, shape } of parameters) {
    const found = file.tensors.get(prefix + name)
    if (!found) return refuse(`has no ${prefix}${name}, which the model needs with shape ${describe(shape)}`)
    if (found.dtype !== 'F32') refuse(`has ${prefix}${name} as ${found.dtype}, but it must be F32`)
    if (found.shape.join() !== shape.join()) {
      refuse(`has ${prefix}${name} of shape ${describe(found.shape)}, but the model needs ${describe(shape)}`)
    }
  }
  // An export also has a substitute for each table whose rows are shared by values, for values that its training had
  // not seen.
  const known = new Set(parameters.flatMap(({ name }) => [prefix + name, `${prefix}${name}/untrained`]))
  const extra = [...file.tensors.keys()].find((name) => name.startsWith(prefix) && !known.has(name))
  if (extra !== undefined) refuse(`has ${extra}, which the model does not have`)
}

function describe(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`
}
