import { expect, it } from 'vitest'
import { windowArguments } from './window-process.ts'

it('keeps the switches of this process, but not its workspace, its debugger or what it was started to open', () => {
  const argv = [
    '/bin/electron',
    '/app',
    '--disable-gpu',
    '--inspect=0',
    '--remote-debugging-port=0',
    '--workspace=/old',
    '/a/model.dlrm.json',
    'dlrm-studio://run/1',
  ]
  expect(windowArguments(argv, '/new one', '/app')).toEqual(['/app', '--disable-gpu', '--workspace=/new one'])
  expect(windowArguments(['/bin/dlrm-studio'], '/w', null)).toEqual(['--workspace=/w'])
})
