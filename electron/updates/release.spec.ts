import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readFeed, readRelease, releaseName, type Feed } from './release.ts'

const keys = generateKeyPairSync('ed25519')
const others = generateKeyPairSync('ed25519')
const machine = { platform: 'linux', arch: 'x64' }
const feed: Feed = {
  url: 'https://updates.example/dlrm-studio',
  channel: 'stable',
  publicKey: keys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
}
const content = {
  product: 'dlrm-studio',
  channel: 'stable',
  ...machine,
  version: '1.2.0',
  date: '2026-12-01T00:00:00Z',
  notes: 'Faster.',
  files: [{ name: 'dlrm-studio-1.2.0.tar.gz', sha512: `${'A'.repeat(86)}==`, bytes: 10 }],
}
const signed = (text: string, { privateKey } = keys) =>
  sign(null, Buffer.from(text), privateKey).toString('base64')

describe('the description of a release', () => {
  it('is read if the makers of the app have signed it', () => {
    const text = JSON.stringify(content)
    expect(readRelease(text, signed(text), feed, machine)).toMatchObject({
      version: '1.2.0',
      notes: 'Faster.',
    })
  })

  it('is refused with a signature of somebody else, of another text, or none', () => {
    const text = JSON.stringify(content)
    for (const signature of [signed(text, others), signed(`${text} `), '', 'AAAA'])
      expect(() => readRelease(text, signature, feed, machine)).toThrow('not signed by the makers')
  })

  it.each([
    ['another machine', { arch: 'arm64' }],
    ['another channel', { channel: 'beta' }],
    ['another product', { product: 'other' }],
    ['a file elsewhere', { files: [{ ...content.files[0], name: '../evil' }] }],
    ['a file of another server', { files: [{ ...content.files[0], name: 'https://evil.example/x' }] }],
    ['no version', { version: 'latest' }],
  ])('is refused for %s, although it is signed', (_what, changes) => {
    const text = JSON.stringify({ ...content, ...changes })
    expect(() => readRelease(text, signed(text), feed, machine)).toThrow('not for this app and machine')
  })

  it('has a name for each kind of machine', () => {
    expect(releaseName(feed, 'linux', 'arm64')).toBe('stable-linux-arm64.json')
  })
})

describe('what a build says about its updates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'feed-'))
  const file = join(folder, 'update-feed.json')
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is nothing if it is absent, damaged, or would be transported without encryption', () => {
    expect(readFeed(file)).toBeNull()
    for (const text of ['{', '{}', JSON.stringify({ ...feed, url: 'http://updates.example/' })]) {
      writeFileSync(file, text)
      expect(readFeed(file)).toBeNull()
    }
  })

  it('names a server', () => {
    for (const url of [feed.url, 'http://127.0.0.1:8080/']) {
      writeFileSync(file, JSON.stringify({ ...feed, url }))
      expect(readFeed(file)).toMatchObject({ url })
    }
  })
})
