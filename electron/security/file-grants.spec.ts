import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FileGrants } from './file-grants.ts'

const MINUTE = 60_000

function grantsAt(now: { ms: number }): FileGrants {
  return new FileGrants(() => now.ms)
}

describe('handles of files', () => {
  it('stand for what was chosen, for its purpose, wherever in a request they are', () => {
    const grants = new FileGrants()
    const first = grants.grant('/data/a.csv', 'importData')
    const second = grants.grant('/data/b.csv', 'importData')
    expect(first.handle).toMatch(/^file-[\w-]{43}$/)
    expect(second.handle).not.toBe(first.handle)
    const body = { name: 'x', files: [second.handle, { deep: [first.handle] }] }
    expect(new Set(grants.redeem(body))).toEqual(
      new Set([
        { handle: first.handle, purpose: 'importData', path: '/data/a.csv' },
        { handle: second.handle, purpose: 'importData', path: '/data/b.csv' },
      ]),
    )
  })

  it('for reading are good again and again until they expire', () => {
    const now = { ms: 0 }
    const grants = grantsAt(now)
    const { handle } = grants.grant('/a.csv', 'importData')
    for (now.ms = 0; now.ms < 10 * 60 * MINUTE; now.ms += 60 * MINUTE)
      expect(grants.redeem(handle)).toHaveLength(1)
    expect(grants.redeem(handle)).toEqual([])
    now.ms = 0
    expect(grants.redeem(handle)).toEqual([])
  })

  it('for writing are used up by the first request, and expire within minutes', () => {
    const now = { ms: 0 }
    const grants = grantsAt(now)
    const used = grants.grant('/a.svg', 'exportPicture')
    expect(grants.redeem({ out: used.handle })).toHaveLength(1)
    expect(grants.redeem({ out: used.handle })).toEqual([])
    const late = grants.grant('/a.svg', 'exportPicture')
    now.ms = 10 * MINUTE
    expect(grants.redeem({ out: late.handle })).toEqual([])
  })

  it('are not guessed, not shortened and not paths', () => {
    const grants = new FileGrants()
    const { handle, path } = grants.grant('/a.csv', 'importData')
    const guesses = [
      path,
      handle.slice(0, -1),
      `${handle} `,
      handle.toUpperCase(),
      `file-${'A'.repeat(43)}`,
      '',
      null,
    ]
    expect(grants.redeem(guesses)).toEqual([])
    expect(grants.redeem({ [handle]: 'as a key' })).toEqual([])
  })

  it('end with the page that has them', () => {
    const grants = new FileGrants()
    const { handle } = grants.grant('/a.csv', 'importData')
    grants.forget()
    expect(grants.redeem(handle)).toEqual([])
  })

  it('stand for the file that was there, whatever a link that was put there since leads to', () => {
    const folder = mkdtempSync(join(tmpdir(), 'grants-'))
    const [chosen, secret, link] = ['chosen.csv', 'secret', 'link'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ]
    writeFileSync(chosen, '')
    writeFileSync(secret, '')
    symlinkSync(secret, link)
    const grants = new FileGrants()
    const straight = grants.grant(chosen, 'importData')
    const through = grants.grant(link, 'importData')
    expect(through.path).toBe(link)
    expect(grants.redeem(through.handle)).toMatchObject([{ path: secret }])
    rmSync(chosen)
    symlinkSync(secret, chosen)
    expect(grants.redeem(straight.handle)).toMatchObject([{ path: chosen }])
    rmSync(folder, { recursive: true })
  })

  it('are those of one window', () => {
    const { handle } = new FileGrants().grant('/a.csv', 'importData')
    expect(new FileGrants().redeem(handle)).toEqual([])
  })

  it('are refused for what is no absolute path', () => {
    for (const path of ['', 'a.csv', '../a.csv'])
      expect(() => new FileGrants().grant(path, 'importData')).toThrow('disk')
  })

  it('do not pile up', () => {
    const grants = new FileGrants()
    const first = grants.grant('/first', 'importData')
    const handles = Array.from({ length: 20_000 }, (_, at) => grants.grant(`/${at}`, 'importData').handle)
    expect(grants.redeem(first.handle)).toEqual([])
    expect(grants.redeem(handles)).toHaveLength(20_000)
  })

  it('are found in a message that refers to itself', () => {
    const grants = new FileGrants()
    const { handle } = grants.grant('/a.csv', 'importData')
    const message: Record<string, unknown> = { handle }
    message.self = message
    expect(grants.redeem(message)).toHaveLength(1)
  })
})
