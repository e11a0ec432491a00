import { mkdtempSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { developmentServer, onReplaced } from './development.ts'

it.each([
  ['http://127.0.0.1:5173', 'http://127.0.0.1:5173'],
  ['http://127.0.0.1:5173/other/page', 'http://127.0.0.1:5173'],
  ['http://example.com:5173', null],
  ['http://127.0.0.1.example.com', null],
  ['http://127.0.0.1@example.com/', null],
  ['https://127.0.0.1:5173', null],
  ['file:///etc/passwd', null],
  ['not a URL', null],
  ['', null],
])('takes the page from a server on this machine only: %s', (named, origin) => {
  expect(developmentServer({ DLRM_STUDIO_DEVELOPMENT_SERVER: named })).toBe(origin)
})

it('restarts once for a bundle that is replaced, and not for its neighbours', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'))
  const replace = (name: string) => {
    writeFileSync(join(folder, `${name}.tmp`), name)
    renameSync(join(folder, `${name}.tmp`), join(folder, name))
  }
  let restarts = 0
  const { promise: restarted, resolve } = Promise.withResolvers<void>()
  const watcher = onReplaced(join(folder, 'engine.mjs'), () => {
    restarts++
    resolve()
  })
  replace('cli.mjs')
  replace('engine.mjs')
  replace('engine.mjs')
  await restarted
  watcher.close()
  expect(restarts).toBe(1)
})
