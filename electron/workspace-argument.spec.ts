import { expect, it } from 'vitest'
import { namedWorkspace } from './workspace-argument.ts'

it('takes the workspace from either form of the argument, then from the environment', () => {
  const env = { DLRM_STUDIO_WORKSPACE: '/env' }
  expect(namedWorkspace(['electron', '.', '--workspace', '/a'], env)).toBe('/a')
  expect(namedWorkspace(['electron', '--workspace=/b', '.'], env)).toBe('/b')
  expect(namedWorkspace(['electron', '.'], env)).toBe('/env')
  expect(namedWorkspace(['electron', '.'], {})).toBeUndefined()
  expect(namedWorkspace(['electron', '--workspace'], {})).toBeUndefined()
})
