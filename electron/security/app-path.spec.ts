import { describe, expect, it } from 'vitest'
import { appFile, isAppPage, isAppUrl } from './app-path.ts'

describe('appFile', () => {
  it('finds files of the app, and the page for the bare address', () => {
    expect(appFile('studio://app/assets/index-1.js?v=2#x', '/pages')).toBe('/pages/assets/index-1.js')
    expect(appFile('studio://app/', '/pages')).toBe('/pages/index.html')
  })

  it.each([
    'studio://app/..%2f..%2fetc/passwd',
    'studio://app/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    'studio://app/a%5c..%5c..%5csecret',
    'studio://app/c%3a/secret',
    'studio://app/a%00.js',
    'studio://app/%zz',
    'studio://other/index.html',
    'file:///etc/passwd',
    'not a url',
  ])('refuses %s', (url) => {
    expect(appFile(url, '/pages')).toBeNull()
  })
})

it('isAppPage distinguishes the one page from the app’s other files', () => {
  expect(isAppPage('studio://app/index.html#/runs/1')).toBe(true)
  for (const other of ['studio://app/', 'studio://app/none.html', 'about:blank', 'data:text/html,x', ''])
    expect(isAppPage(other)).toBe(false)
})

describe('isAppUrl', () => {
  it('distinguishes the app from lookalikes', () => {
    expect(isAppUrl('studio://app/index.html#/runs')).toBe(true)
    expect(isAppUrl('https://app/index.html')).toBe(false)
    expect(isAppUrl('studio://app.example/index.html')).toBe(false)
    expect(isAppUrl('')).toBe(false)
  })
})
