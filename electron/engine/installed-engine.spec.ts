import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { installedEngine } from './installed-engine.ts'

it('runs an installed engine under its own Node, whatever the environment says of Node', async () => {
  const folder = await temporaryFolder()
  mkdirSync(join(folder, 'bin'))
  symlinkSync(process.execPath, join(folder, 'bin', 'node'))
  const file = join(folder, 'engine.mjs')
  writeFileSync(file, 'process.send([process.argv0, process.env.NODE_OPTIONS ?? null, process.env.KEPT])')
  const env = {
    NODE_OPTIONS: '--invalid',
    NODE_PATH: '/elsewhere',
    KEPT: 'kept',
    DLRM_STUDIO_NODE: '/bin/false',
  }
  const launch = installedEngine({ file, env, logFile: join(folder, 'engine.log') }, folder)
  const said = await new Promise((resolve) => {
    const listener = {
      onMessage: (message: unknown) => (resolve(message), engine.requestExit()),
      onExit: resolve,
    }
    const engine = launch(listener, false)
  })
  expect(said).toEqual([join(folder, 'bin', 'node'), null, 'kept'])
})
