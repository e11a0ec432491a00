import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { doctorCheck } from '../contract/workspace.ts'
import { runDoctor } from './doctor.ts'

it('checks everything, and names a remedy for whatever is missing', async () => {
  const checks = await runDoctor(tmpdir())
  expect(checks.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'Node',
      'Native engine',
      'SQLite',
      'Electron runtime',
      'Display',
      'Memory',
      'MPI',
    ]),
  )
  for (const check of checks) {
    expect(doctorCheck.parse(check)).toEqual(check)
    expect(check.found).not.toBe('')
    expect(check.remedy === null).toBe(check.ok)
  }
})
