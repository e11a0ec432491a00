import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/helpers/temporary-folder.ts'
import { packageIndex } from './package-index.ts'

it('is the one of the environment, otherwise the one that pip is configured with', async () => {
  const home = await temporaryFolder()
  const user = (env: Record<string, string>) => ({ env, platform: 'linux' as const, home })
  const configured = join(home, '.config', 'pip')
  mkdirSync(configured, { recursive: true })
  writeFileSync(
    join(configured, 'pip.conf'),
    '[install]\nindex-url = https://install.example/simple\n[global]\n# index-url = https://no.example\nindex_url: https://own.example/simple/\n',
  )
  expect(packageIndex(user({}))?.href).toBe('https://own.example/simple/')
  const other = join(home, 'other.conf')
  writeFileSync(other, '[download]\nindex-url=https://last.example/simple\n')
  expect(packageIndex(user({ PIP_CONFIG_FILE: other }))?.href).toBe('https://last.example/simple')
  expect(packageIndex(user({ PIP_INDEX_URL: 'https://me:secret@env.example/s' }))?.host).toBe('env.example')
})

it('is none where nothing is configured, and never something else than http', async () => {
  const user = { env: {}, platform: 'linux' as const, home: await temporaryFolder() }
  expect(
    packageIndex({ ...user, env: { PIP_INDEX_URL: 'file:///wheels', PIP_CONFIG_FILE: '/nowhere' } }),
  ).toBeNull()
})
