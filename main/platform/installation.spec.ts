import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { commandFor, installation, installationOf } from './installation.ts'

it('names the programs of an installed app, and npm in a checkout', async () => {
  const folder = await temporaryFolder()
  expect(installationOf(folder)).toBeNull()
  const installed = { executable: '../../dlrm-studio', commandLine: 'dlrm-studio-cli' }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version: '1.2.3-dev', installed }))
  expect(installationOf(folder)).toEqual({
    executable: join(folder, '..', '..', 'dlrm-studio'),
    commandLine: 'dlrm-studio-cli',
    version: '1.2.3-dev',
  })
  expect(installation).toBeNull()
  expect(commandFor('runs list')).toBe('npm run -s cli -- runs list')
})
