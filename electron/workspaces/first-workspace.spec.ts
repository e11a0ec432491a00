import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { recordOpened, workspaceId } from '../../main/platform/recent-workspaces.ts'
import { defaultWorkspace } from '../../main/platform/workspace.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { firstWorkspace } from './first-workspace.ts'

let workspace: string
beforeEach(async () => {
  vi.stubEnv('DLRM_STUDIO_SETTINGS', await temporaryFolder())
  vi.stubEnv('XDG_DATA_HOME', await temporaryFolder())
  onTestFinished(() => void vi.unstubAllEnvs())
  workspace = await temporaryFolder()
  mkdirSync(join(workspace, 'datasets'))
})

const first = (...words: string[]) => firstWorkspace(['electron', ...words], {})

it('is the named one, otherwise the one that was used last, otherwise the default one', () => {
  expect(first()).toEqual({ path: undefined, missed: null })
  recordOpened(workspace)
  expect(first()).toEqual({ path: workspace, missed: null })
  expect(first('--workspace', '/named')).toEqual({ path: '/named', missed: null })
})

it('is the default one, and not a new empty folder, where the last one is no longer there', () => {
  recordOpened(workspace)
  rmSync(join(workspace, 'datasets'), { recursive: true })
  expect(first()).toEqual({ path: undefined, missed: workspaceId(workspace) })
})

it('treats the default workspace as unnamed by whatever path it is named, because it has one window', () => {
  expect(first(`--workspace=${defaultWorkspace()}`)).toEqual({ path: undefined, missed: null })
  mkdirSync(defaultWorkspace(), { recursive: true })
  expect(first('--workspace', `${defaultWorkspace()}/../workspace`)).toEqual({
    path: undefined,
    missed: null,
  })
})
