import { expect, it } from 'vitest'
import { requireVisible } from './dropped-files.ts'

it.each([
  ['/home/a/data.csv'],
  ['/data/v1.2/day_0'],
  ['/data/../data/x.tsv'],
  ['C:\\data\\x.csv'],
  ['/a/..b/x'],
])('takes %s, which a person sees in a folder’s window', (path) => {
  expect(() => requireVisible([path])).not.toThrow()
})

it.each([
  ['/home/a/.ssh/id_rsa'],
  ['/home/a/.env'],
  ['/home/a/.config/x/data.csv'],
  ['C:\\Users\\a\\.aws\\credentials'],
])('refuses %s, even among others', (path) => {
  expect(() => requireVisible(['/home/a/data.csv', path])).toThrow('choose it in Datasets')
})
