import { describe, expect, it } from 'vitest'
import { answerMessage, type ShellServices } from './answer-message.ts'

const services: ShellServices = {
  request: async (name, body) => ({ ok: true, body: { name, body } }),
  chooseFiles: async () => [{ handle: 'a', path: '/a.csv' }],
  chooseSavePath: async () => null,
  chooseFolder: async () => ({ handle: 'folder', path: '/backups' }),
  chooseFoundTensorFlow: async () => null,
  chooseDropped: (paths) => paths.map((path) => ({ handle: 'dropped', path })),
  notify: () => true,
  openExternal: async (url) => url.startsWith('https:'),
  answerClosing: () => undefined,
  workspaces: async () => ({ recent: [], missed: null }),
  workspaceAction: async (action) => action === 'open',
  systemLocale: () => 'de-AT',
  updates: () => ({ version: '1.0.0', automatic: false, update: { state: 'checking' } }),
  problemReport: async () => [],
  saveReport: async () => null,
}

function raise(message: string): never {
  throw new Error(message)
}

describe('messages of a page to the shell', () => {
  it('sends requests on unread', async () => {
    const answer = await answerMessage({ kind: 'request', name: 'runs.list', body: { any: 1 } }, services)
    expect(answer).toEqual({ ok: true, body: { name: 'runs.list', body: { any: 1 } } })
  })

  it('answers dialogs and links', async () => {
    const choose = {
      kind: 'chooseFiles',
      purpose: 'importData',
      title: 'Import',
      many: true,
      extensions: ['csv'],
    }
    expect(await answerMessage(choose, services)).toEqual({
      ok: true,
      body: [{ handle: 'a', path: '/a.csv' }],
    })
    const save = { kind: 'chooseSavePath', purpose: 'exportRun', title: 'Export', suggestedName: 'run.csv' }
    expect(await answerMessage(save, services)).toEqual({ ok: true, body: null })
    const folder = { kind: 'chooseFolder', purpose: 'backUpWorkspace', title: 'Back up' }
    expect(await answerMessage(folder, services)).toMatchObject({ ok: true, body: { path: '/backups' } })
    expect(await answerMessage({ kind: 'openExternal', url: 'file:///x' }, services)).toEqual({
      ok: true,
      body: false,
    })
  })

  it.each([
    [null],
    ['text'],
    [{ kind: 'execute', command: 'ls' }],
    [{ kind: 'request', name: 5, body: {} }],
    [{ kind: 'openExternal', url: 'https://arxiv.org', extra: 1 }],
    [{ kind: 'chooseFiles', purpose: 'importData', title: '', many: true, extensions: ['../x'] }],
    [{ kind: 'chooseFiles', purpose: 'exportRun', title: '', many: true, extensions: [] }],
    [{ kind: 'chooseSavePath', purpose: 'importData', title: '', suggestedName: 'a' }],
    [{ kind: 'chooseSavePath', purpose: 'restoreWorkspace', title: '', suggestedName: 'a' }],
    [{ kind: 'chooseFolder', purpose: 'exportModel', title: '' }],
    [{ kind: 'chooseDropped', paths: [] }],
  ])('refuses %j', async (message) => {
    expect(await answerMessage(message, services)).toMatchObject({
      ok: false,
      error: { code: 'InvalidRequest' },
    })
  })

  it('refuses what is larger than a request may be', async () => {
    const body = 'x'.repeat(9 * 1024 * 1024)
    expect(await answerMessage({ kind: 'request', name: 'models.save', body }, services)).toMatchObject({
      ok: false,
      error: { code: 'TooLarge' },
    })
  })

  it('turns a failing dialog into plain data', async () => {
    const failing = { ...services, openExternal: () => Promise.reject(new Error('no browser')) }
    expect(await answerMessage({ kind: 'openExternal', url: 'https://arxiv.org' }, failing)).toEqual({
      ok: false,
      error: { code: 'Internal', message: 'no browser' },
    })
  })

  it('escapes and bounds what a failing dialog says, for it may hold the name of a file', async () => {
    const message = `no ${'\u001b]0;pwned\u0007\u202e'}${'x'.repeat(1_000_000)}`
    const failing = { ...services, chooseDropped: () => raise(message) }
    const answer = await answerMessage({ kind: 'chooseDropped', paths: ['/x'] }, failing)
    if (answer.ok) throw new Error('It did not fail.')
    expect(answer.error.message).toMatch(/^no \\u001b\]0;pwned\\u0007\\u202ex/)
    expect(answer.error.message.length).toBeLessThanOrEqual(4000)
  })
})
