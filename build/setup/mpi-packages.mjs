import { hasCommand } from './commands.mjs'
import { installDebianPackages } from './debian-packages.mjs'
import { say } from './say.mjs'

/** Both implementations that runs with ranks support, with the programs that tell whether they are installed. */
const implementations = [
  { programs: ['mpirun.openmpi', 'mpicc.openmpi'], packages: ['openmpi-bin', 'libopenmpi-dev'] },
  { programs: ['mpirun.mpich', 'mpicc.mpich'], packages: ['mpich', 'libmpich-dev'] },
]

/**
 * Installs (as root) Open MPI and MPICH for the tests, or prints the exact command. Where there is no apt-get the tests use
 * no MPI, and say so.
 */
export async function ensureMpi() {
  if (process.platform !== 'linux') return
  const missing = implementations.filter(({ programs }) => !programs.every(hasCommand))
  if (missing.length === 0) return
  if (!hasCommand('apt-get')) {
    say('There is no apt-get to install Open MPI and MPICH with: tests of runs with ranks are left out.')
    return
  }
  await installDebianPackages(
    missing.flatMap(({ packages }) => packages),
    {
      problem: 'The tests of runs with ranks need Open MPI and MPICH',
      purpose: 'that tests of runs with ranks need',
    },
  )
}
