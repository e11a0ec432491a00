import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { StudioError } from '../contract/errors.ts'
import { defaultWorkspace, prepareWorkspace, requireStillThere, workspacePath } from './workspace.ts'

const folder = mkdtempSync(join(tmpdir(), 'workspace-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the default workspace', () => {
  it('lies in each system’s folder for user data', () => {
    const home = '/home/ada'
    expect(defaultWorkspace({ env: {}, platform: 'linux', home })).toBe(
      '/home/ada/.local/share/DLRM Studio/workspace',
    )
    expect(defaultWorkspace({ env: { XDG_DATA_HOME: '/data' }, platform: 'linux', home })).toBe(
      '/data/DLRM Studio/workspace',
    )
    expect(defaultWorkspace({ env: {}, platform: 'darwin', home })).toBe(
      '/home/ada/Library/Application Support/DLRM Studio/workspace',
    )
  })

  it('gives way to the environment, and that to an argument', () => {
    const user = {
      env: { DLRM_STUDIO_WORKSPACE: '/from-env' },
      platform: 'linux' as const,
      home: '/h',
    }
    expect(workspacePath(undefined, user)).toBe('/from-env')
    expect(workspacePath('/chosen', user)).toBe('/chosen')
  })
})

describe('preparing a workspace', () => {
  it('makes the folder', () => {
    const path = join(folder, 'a', 'b')
    expect(prepareWorkspace(path)).toBe(path)
    expect(statSync(path).isDirectory()).toBe(true)
  })

  it('says which path cannot be used', () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    expect(() => prepareWorkspace(file)).toThrow(StudioError)
    expect(() => prepareWorkspace(file)).toThrow(file)
  })
  it('makes nothing in the place of a workspace that was used before and is gone', () => {
    const path = join(folder, 'disk', 'workspace')
    expect(() => requireStillThere(path)).toThrow(`The workspace ${path} is gone`)
    prepareWorkspace(path)
    expect(() => requireStillThere(path)).toThrow('is gone')
    writeFileSync(join(path, 'studio.db'), '')
    requireStillThere(path)
  })
  it.skipIf(process.platform !== 'linux')('comes to an end where the system denies a folder', () => {
    expect(() => prepareWorkspace('/proc/none/a')).toThrow('/proc/none/a cannot be used')
  })
})
