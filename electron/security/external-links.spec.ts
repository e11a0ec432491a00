import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isAllowedLink } from './external-links.ts'

it('allows the documentation links of the app', () => {
  expect(isAllowedLink('https://arxiv.org/abs/1906.00091')).toBe(true)
  expect(isAllowedLink('https://grouplens.org/datasets/movielens/100k/')).toBe(true)
})

it('allows what the guides of the help link to', () => {
  const docs = join(import.meta.dirname, '..', '..', 'docs')
  for (const file of readdirSync(docs).filter((name) => /^guide-.*[.]md$/.test(name)))
    for (const [, url = ''] of readFileSync(join(docs, file), 'utf8').matchAll(/\]\((https:[^)]+)\)/g))
      expect(isAllowedLink(url), `${file}: ${url}`).toBe(true)
})

it.each([
  'http://arxiv.org/abs/1906.00091',
  'https://arxiv.org.example/abs',
  'https://arxiv.org@example.com/',
  'https://user:word@arxiv.org/',
  'https://arxiv.org:8443/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'smb://server/share',
  'not a url',
])('refuses %s', (url) => {
  expect(isAllowedLink(url)).toBe(false)
})
