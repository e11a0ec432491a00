import { expect, it } from 'vitest'
import { savePurpose } from '../../main/contract/file-handles.ts'
import { suggestedFileName } from './suggested-name.ts'

it.each([
  ['run 1.csv', 'run 1.csv'],
  ['模型.csv', '模型.csv'],
  ['parameters.safetensors', 'parameters.safetensors'],
  ['/home/somebody/.bashrc', 'home-somebody-.bashrc.csv'],
  ['../../victim', 'victim.csv'],
  ['.bashrc', 'bashrc.csv'],
  ['C:\\Windows\\x.dll', 'C-Windows-x.dll.csv'],
  ['evil.desktop', 'evil.desktop.csv'],
  ['run.csv.exe', 'run.csv.exe.csv'],
  ['a\0b\n.csv', 'a-b-.csv'],
  ['\u202Efdp.csv', 'fdp.csv'],
  ['</text><script>.csv', 'text-script-.csv'],
  ['=cmd|x.csv', '=cmd-x.csv'],
  ['con.csv', 'con-.csv'],
  ['NUL', 'NUL-.csv'],
  ['Model.CSV', 'Model.csv'],
  ['.csv', 'csv.csv'],
  ['', 'untitled.csv'],
  ['...', 'untitled.csv'],
])('turns %j into a name of its kind without a folder: %j', (suggestion, name) => {
  const bare = suggestedFileName(suggestion, 'exportRun')
  expect(bare).toBe(name)
  expect(bare).not.toMatch(/[/\\]|^[.~]/)
})

it('keeps the ending of a long one', () => {
  const name = suggestedFileName(`${'x'.repeat(4000)}.safetensors`, 'exportRun')
  expect(name).toMatch(/^x+\.safetensors$/)
  expect(name.length).toBeLessThanOrEqual(132)
})

it('never suggests a file that a system would run, whatever it is for', () => {
  for (const purpose of savePurpose.options) {
    for (const ending of ['exe', 'desktop', 'sh', 'lnk', 'html', 'command', 'hta', 'bat'])
      expect(suggestedFileName(`run.${ending}`, purpose)).toMatch(/\.(json|svg|png|csv|safetensors|tar)$/)
  }
})
