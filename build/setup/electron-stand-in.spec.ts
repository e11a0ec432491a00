import { mkdirSync, mkdtempSync, readlinkSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { repairAppLink } from './electron-stand-in.mjs'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'stand-in-')))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('opens the checkout that holds the runtime, also after that was moved', () => {
  const before = join(folder, 'before')
  const resources = join(before, '.runtime', 'electron', 'resources')
  mkdirSync(resources, { recursive: true })
  symlinkSync(before, join(resources, 'app'))

  repairAppLink(join(before, '.runtime', 'electron'))
  const after = join(folder, 'after')
  renameSync(before, after)

  const link = join(after, '.runtime', 'electron', 'resources', 'app')
  expect(readlinkSync(link)).toBe(join('..', '..', '..'))
  expect(realpathSync(link)).toBe(after)
})
