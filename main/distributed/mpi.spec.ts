import { describe, expect, it } from 'vitest'
import { chooseMpi, launcherArguments, threadsOfRank, type MpiInstallation } from './mpi.ts'

const openmpi: MpiInstallation = {
  name: 'openmpi',
  title: 'Open MPI',
  packages: 'openmpi-bin libopenmpi-dev',
  launcher: { command: 'mpirun.openmpi', version: '4.1.4' },
  library: '/native/dlrm-mpi-openmpi.so',
}
const mpich: MpiInstallation = {
  name: 'mpich',
  title: 'MPICH',
  packages: 'mpich libmpich-dev',
  launcher: { command: 'mpirun.mpich', version: '4.0.2' },
  library: '/native/dlrm-mpi-mpich.so',
}

describe('the choice of an MPI implementation', () => {
  it('takes the first usable one, or the one that is wanted', () => {
    expect(chooseMpi([openmpi, mpich], '').name).toBe('openmpi')
    expect(chooseMpi([{ ...openmpi, launcher: null }, mpich], '').name).toBe('mpich')
    expect(chooseMpi([openmpi, mpich], 'mpich').name).toBe('mpich')
  })

  it('names the packages of what is missing', () => {
    const bare = { launcher: null, library: null }
    const none = [
      { ...openmpi, ...bare },
      { ...mpich, ...bare },
    ]
    expect(() => chooseMpi(none, '')).toThrow(
      /apt-get install openmpi-bin libopenmpi-dev.*apt-get install mpich libmpich-dev/,
    )
    expect(() => chooseMpi(none, 'mpich')).toThrow('MPICH is not installed: run `apt-get install mpich')
    expect(() => chooseMpi([openmpi, { ...mpich, library: null }], 'mpich')).toThrow('is not built')
    expect(() => chooseMpi([{ ...openmpi, library: null }], '')).toThrow('is not built')
  })

  it('refuses a name that it does not know', () => {
    expect(() => chooseMpi([openmpi], 'lam')).toThrow('must be one of openmpi, mpich')
  })
})

describe('the arguments of a launcher', () => {
  const shape = { ranks: 4, hosts: null, ranksOnHost: 4, threads: 1, cores: 8, asRoot: false }

  it('let a rank use all cores', () => {
    expect(launcherArguments('openmpi', shape)).toEqual(['--oversubscribe', '--bind-to', 'none', '-n', '4'])
    expect(launcherArguments('mpich', shape)).toEqual(['-bind-to', 'none', '-n', '4'])
  })

  it('name the hosts with their slots', () => {
    const hosts = [
      { name: 'node1', slots: 3 },
      { name: 'node2', slots: 1 },
    ]
    expect(launcherArguments('openmpi', { ...shape, hosts }).join(' ')).toContain('--host node1:3,node2:1')
    expect(launcherArguments('mpich', { ...shape, hosts }).join(' ')).toContain('-hosts node1:3,node2:1')
  })

  it('let Open MPI run as root, and give way where threads outnumber cores', () => {
    const crowded = launcherArguments('openmpi', { ...shape, threads: 4, asRoot: true })
    expect(crowded).toContain('--allow-run-as-root')
    expect(crowded.join(' ')).toContain('--mca mpi_yield_when_idle 1')
  })
})

it('ranks on one host share its cores unless they are given threads', () => {
  expect(threadsOfRank(0, 3, 8)).toBe(2)
  expect(threadsOfRank(0, 16, 8)).toBe(1)
  expect(threadsOfRank(5, 3, 8)).toBe(5)
})
