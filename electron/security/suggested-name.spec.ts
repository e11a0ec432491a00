import { expect, it } from 'vitest'
import { bareFileName } from './suggested-name.ts'

it.each([
  ['run 1.csv', 'run 1.csv'],
  ['模型.json', '模型.json'],
  ['/home/somebody/.bashrc', 'home-somebody-.bashrc'],
  ['../../victim', 'victim'],
  ['.bashrc', 'bashrc'],
  ['C:\\Windows\\x.dll', 'C-Windows-x.dll'],
  ['a\0b\n.csv', 'a-b-.csv'],
  ['\u202Efdp.csv', 'fdp.csv'],
  ['', 'untitled'],
  ['...', 'untitled'],
])('turns %j into a name without a folder: %j', (suggestion, name) => {
  const bare = bareFileName(suggestion)
  expect(bare).toBe(name)
  expect(bare).not.toMatch(/[/\\]|^[.~]/)
})

it('keeps the ending of a long one', () => {
  const name = bareFileName(`${'x'.repeat(4000)}.safetensors`)
  expect(name).toMatch(/^x+\.safetensors$/)
  expect(name.length).toBeLessThanOrEqual(120)
})
