/** Finds a TensorFlow that is already on the machine. */
import { z } from 'zod'
import type { FoundTensorFlow } from '../../../../contract/backends.ts'
import { findPython, run } from '../../../../datasets/samples/pip.ts'
import { TENSORFLOW_VERSION } from './pinned.ts'

const TIMEOUT_MS = 20_000
const found = z.object({ folder: z.string(), version: z.string() })

/** Finds it without importing it, which would take seconds. */
const PROBE = `
import importlib.metadata as metadata, importlib.util, json
spec = importlib.util.find_spec('tensorflow')
for name in ('tensorflow', 'tensorflow-cpu'):
    try:
        version = metadata.version(name)
        break
    except metadata.PackageNotFoundError:
        version = ''
places = spec.submodule_search_locations if spec else []
print(json.dumps([{'folder': place, 'version': version} for place in places if version]))
`

/** The TensorFlow that this machine's Python would import, or null if it has none. */
export async function findTensorFlow(): Promise<FoundTensorFlow | null> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const python = await findPython(signal)
  if (!python) return null
  const { code, output } = await run([...python, '-c', PROBE], TIMEOUT_MS, signal)
  if (code !== 0) return null
  try {
    const [first] = z.array(found).parse(JSON.parse(output.trim().split('\n').at(-1) ?? ''))
    return first ? { ...first, usable: first.version === TENSORFLOW_VERSION } : null
  } catch {
    return null
  }
}
