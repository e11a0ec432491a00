/**
 * Loads the addon. Its types are generated from the Rust sources (native/generated). Everything in it throws an Error whose
 * `code` is a NativeErrorCode; no call may crash the process, whatever its arguments.
 */
import { createRequire } from 'node:module'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type * from './generated/addon.ts'
export type * from './generated/dataset.ts'
export type * from './generated/engine.ts'
export type * from './generated/error-code.ts'
export type { Model as NativeModel, Ranks as NativeRanks } from './generated/addon.ts'

export type NativeAddon = typeof import('./generated/addon.ts')

const here = dirname(fileURLToPath(import.meta.url))
/** From source this file lies in native/, bundled in dist/: what was built is beside or one folder over. */
const built = (name: string): string | undefined =>
  [join(here, name), join(here, '..', 'native', name)].find((candidate) => existsSync(candidate))

let loaded: NativeAddon | undefined

/** The addon, loaded on first use. Throws with the remedy where it was not built. */
export function nativeAddon(): NativeAddon {
  if (loaded) return loaded
  const path = built('dlrm-native.node')
  if (!path) throw new Error('The native engine is not built: run `npm run build`.')
  loaded = createRequire(import.meta.url)(path) as NativeAddon
  return loaded
}

/** The library that opens an MPI implementation for the class Ranks, or null where it was not built. */
export function mpiLibrary(name: 'openmpi' | 'mpich'): string | null {
  return built(`dlrm-mpi-${name}.so`) ?? null
}
