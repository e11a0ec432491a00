import { describe, expect, it } from 'vitest'
import { canBePassedOn, openedArguments, openedEvents, receivedFrom } from './opened.ts'

const opened = (...args: string[]) => openedArguments(args, '/home/ada')

describe('the arguments of the app', () => {
  it('are links and files, apart from options and the workspace', () => {
    expect(
      opened(
        '--no-sandbox',
        '--workspace',
        '/work/space',
        'clicks.csv',
        '/data/day_0.gz',
        'dlrm-studio://run/r-1',
        '--inspect=0',
        '--workspace=/other',
        '-psn_0_1',
      ),
    ).toEqual({ links: ['dlrm-studio://run/r-1'], files: ['/home/ada/clicks.csv', '/data/day_0.gz'] })
    expect(opened()).toEqual({ links: [], files: [] })
  })

  it('are files if a desktop writes their paths as addresses of this machine', () => {
    expect(opened('file:///data/my%20clicks.csv', 'FILE:///a%23b.json')).toEqual({
      links: [],
      files: ['/data/my clicks.csv', '/a#b.json'],
    })
  })

  it('are never opened as files if they are addresses of anything else', () => {
    const addresses = [
      'file://server/share/a.csv',
      'file:///a%2Fb.csv',
      'https://example.com/a.csv',
      'smb://server/a.csv',
      'dlrm-studio:run/r-1',
      'DLRM-STUDIO://run/r-1',
      'javascript://%0aalert(1)',
    ]
    expect(opened(...addresses)).toEqual({ links: addresses, files: [] })
  })

  it('are files even if they look odd', () => {
    expect(opened('a b;rm -rf.csv', '../x.json', 'a:b.csv', '$(id).csv', '').files).toEqual([
      '/home/ada/a b;rm -rf.csv',
      '/home/x.json',
      '/home/ada/a:b.csv',
      '/home/ada/$(id).csv',
    ])
  })

  it('are refused if Chromium could not pass them to a window that is open', () => {
    const canBe = (...args: string[]) => canBePassedOn(args, '/home/ada', opened(...args))
    expect(canBe('a.csv')).toBe(true)
    expect(canBe(...Array<string>(400).fill('a.csv'))).toBe(true)
    expect(canBe(...Array<string>(900).fill('a.csv'))).toBe(false)
    expect(canBe('ä'.repeat(6200))).toBe(false)
    expect(canBe(`--${'x'.repeat(25_000)}`)).toBe(false)
  })
})

describe('what a second start sends', () => {
  it('is taken if it has links and files, and otherwise opens nothing', () => {
    const sent = { links: ['dlrm-studio://run/r-1'], files: ['/a.csv'] }
    expect(receivedFrom(sent)).toEqual(sent)
    for (const data of [
      undefined,
      null,
      'dlrm-studio://run/r-1',
      [],
      {},
      { links: [] },
      { ...sent, workspace: '/other' },
      { ...sent, files: [5] },
      { ...sent, files: ['/a\0.csv'] },
      { ...sent, files: [''] },
      { ...sent, links: ['x'.repeat(5000)] },
      { ...sent, files: Array<string>(1001).fill('/a.csv') },
    ])
      expect(receivedFrom(data), JSON.stringify(data)?.slice(0, 80)).toEqual({ links: [], files: [] })
  })
})

describe('the page', () => {
  const grant = (path: string, purpose: string) => ({ handle: purpose, path })

  it('gets the place that a link leads to, and a handle for each file by what it is read for', () => {
    const events = openedEvents(
      { links: ['dlrm-studio://run/r-1'], files: ['/a.csv', '/b.DLRM.JSON'] },
      grant,
    )
    expect(events).toEqual([
      { kind: 'opened', what: 'link', target: { to: 'run', name: 'r-1' } },
      {
        kind: 'opened',
        what: 'files',
        files: [
          { handle: 'importData', path: '/a.csv' },
          { handle: 'openModel', path: '/b.DLRM.JSON' },
        ],
      },
    ])
    expect(openedEvents({ links: [], files: [] }, grant)).toEqual([])
  })

  it('gets a sentence for a link that leads nowhere, and for several links', () => {
    const [unknown] = openedEvents({ links: ['dlrm-studio://delete/r-1'], files: [] }, grant)
    expect(unknown).toMatchObject({
      what: 'refused',
      message: expect.stringContaining('leads nowhere') as string,
    })
    const links = ['dlrm-studio://run/r-1', 'dlrm-studio://run/r-2']
    expect(openedEvents({ links, files: [] }, grant)).toEqual([
      { kind: 'opened', what: 'refused', message: expect.stringContaining('Only one link') as string },
    ])
  })
})
