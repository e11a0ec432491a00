import { spawnSync } from 'node:child_process'
import { renameSync } from 'node:fs'
import { hasCommand, lastLines, runCommand } from './setup/commands.mjs'
import { fingerprint, isFresh, recordFresh } from './setup/freshness.mjs'
import { fromRoot } from './setup/paths.mjs'
import { say, SetupError } from './setup/say.mjs'

/** The MPI implementations, by a name in what their compiler tells of itself. */
const implementations = [
  { name: 'openmpi', compilers: ['mpicc.openmpi', 'mpicc'], sign: /open.?mpi/i },
  { name: 'mpich', compilers: ['mpicc.mpich', 'mpicc'], sign: /mpich/i },
]

/** The library that opens an implementation for the addon. */
export const mpiLibrary = (name) => fromRoot('native', `dlrm-mpi-${name}.so`)

/**
 * Compiles a library for each MPI implementation whose compiler is there, if the source changed since the last time. Where
 * there is none, everything but training with several ranks works.
 */
export async function buildMpi() {
  if (process.platform === 'win32') return
  const print = fingerprint(['native/mpi/src/shim.c'])
  for (const { name, compilers, sign } of implementations) {
    if (isFresh(`mpi-${name}`, print, [mpiLibrary(name)])) continue
    const compiler = compilers.find((command) => hasCommand(command) && sign.test(commandLine(command)))
    if (!compiler) continue
    await compile(compiler, mpiLibrary(name))
    recordFresh(`mpi-${name}`, print)
  }
}

/** What the compiler would call, which has the implementation's folders in it. */
function commandLine(compiler) {
  const { stdout } = spawnSync(compiler, ['-show'], { encoding: 'utf8' })
  return stdout ?? ''
}

async function compile(compiler, library) {
  say(`Compiling native/mpi/src/shim.c with ${compiler}`)
  const unfinished = `${library}.${process.pid}.tmp`
  const args = ['-O2', '-shared', '-fPIC', '-o', unfinished, fromRoot('native', 'mpi', 'src', 'shim.c')]
  const { code, output } = await runCommand(compiler, args, { quiet: true })
  if (code !== 0)
    throw new SetupError(`${compiler} could not compile its library:\n\n${lastLines(output, 40)}`)
  // A job may have opened the old file. It keeps that file while the name gets the new one.
  renameSync(unfinished, library)
}
