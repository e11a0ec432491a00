/**
 * Files and pasted text that are not models are refused with the position and the reason, and change nothing stored.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { MAX_DOCUMENT_BYTES } from '../../main/model/document.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { dropFiles } from '../helpers/drop-files.ts'
import { saveModel } from '../helpers/page-models.ts'
import { openPage } from '../helpers/page-runs.ts'

/** Inside the page. */
declare const studio: StudioBridge

let running: RunningApp
let page: Page
let folder: string
let saved: string
const byId = (id: string) => page.getByTestId(id)
const document = presetDocument('dlrm', {
  dense: ['age'],
  sparse: ['user', 'item'].map((name) => ({ name, cardinality: 9, multiValued: false })),
})
const withNode = (id: string, change: object) => ({
  ...document,
  nodes: document.nodes.map((node) => (node.id === id ? { ...node, ...change } : node)),
})
const cyclic = withNode('bot_l', { inputs: { input: ['top_l'] } })

const files: [name: string, text: string, patterns: RegExp[]][] = [
  ['empty', '', [/empty.json/]],
  ['cut-off', JSON.stringify(document).slice(0, -20), [/not JSON/, /line 1/i]],
  ['an array', '[]', [/not a model document/]],
  ['another format', '{"format":"something"}', [/format/]],
  ['a newer version', JSON.stringify({ ...document, version: 99 }), [/newer version/, /Update/]],
  ['a cycle', JSON.stringify(cyclic), [/cycle/, /interaction/, /Remove one connection/]],
  [
    'one id twice',
    JSON.stringify({ ...document, nodes: [...document.nodes, document.nodes[0]] }),
    [/dense\.id/, /rename/],
  ],
  ['a kind that is none', JSON.stringify(withNode('bot_l', { kind: 'script' })), [/bot_l/]],
  ['a setting that is none', JSON.stringify(withNode('bot_l', { onload: 'alert(1)' })), [/bot_l/, /onload/]],
  ['a prototype', JSON.stringify(document).replace('{', '{"__proto__":{"polluted":true},'), [/__proto__/]],
  ['a width without end', JSON.stringify(withNode('bot_l', { widths: [1e308] })), [/bot_l\.widths/]],
  ['nested deeply', '['.repeat(200_000), [/nested deeply.json/]],
  ['too large', JSON.stringify({ ...document, name: 'x'.repeat(MAX_DOCUMENT_BYTES) }), [/larger than/]],
]

/** Everything in the database that concerns models. */
const stored = () =>
  page.evaluate(async (id) => {
    const { models } = await studio.request('models.list', {})
    const all = await Promise.all(models.map((model) => studio.request('models.get', { id: model.id })))
    return JSON.stringify([models, all, await studio.request('models.edits', { id })])
  }, saved)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hostile-'))
  running = await launchApp()
  page = running.window
  saved = await saveModel(page, document)
})
afterAll(async () => {
  await running.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('a file', () => {
  it.each(files)('with %s is refused', { timeout: 60_000 }, async (name, text, patterns) => {
    const before = await stored()
    const path = join(folder, `${name}.json`)
    writeFileSync(path, text)
    await openPage(page, '/models')
    await byId('model-row').waitFor()
    await byId('model-file').setInputFiles(path)
    const notice = byId('error-notice')
    await notice.filter({ hasText: `${name}.json` }).waitFor()
    for (const pattern of patterns) expect(await notice.innerText()).toMatch(pattern)
    expect(page.url()).toMatch(/models$/)
    expect(await stored()).toBe(before)
    expect(await page.evaluate(() => 'polluted' in {})).toBe(false)
  })

  it('that is dropped on the window is refused as one that is chosen', { timeout: 60_000 }, async () => {
    const before = await stored()
    const path = join(folder, 'dropped.json')
    writeFileSync(path, JSON.stringify(cyclic))
    await openPage(page, '/models')
    await byId('model-row').waitFor()
    await dropFiles(page, [path])
    await byId('error-notice').filter({ hasText: 'cycle' }).waitFor()
    expect(await stored()).toBe(before)
  })
})

describe('pasted text', () => {
  const nodes = (...made: object[]) => JSON.stringify({ format: 'dlrm-studio-nodes', nodes: made })
  const layer = (id: string, source: string) => ({
    id,
    kind: 'mlp',
    inputs: { input: [source] },
    widths: [4],
    activation: 'relu',
    outputActivation: 'relu',
    dropout: 0,
    bias: true,
  })
  const texts: [string, string, RegExp][] = [
    ['nodes in a cycle', nodes(layer('a', 'b'), layer('b', 'a')), /cycle/],
    ['one id twice', nodes(layer('a', 'bot_l'), layer('a', 'bot_l')), /Several nodes/],
    ['a kind that is none', nodes({ ...layer('a', 'bot_l'), kind: 'script' }), /cannot be pasted: a/],
    ['a cut-off copy', nodes(layer('a', 'bot_l')).slice(0, -4), /cut off/],
  ]
  it.each(texts)('with %s is refused', { timeout: 60_000 }, async (_name, text, patterns) => {
    const before = await stored()
    await openPage(page, `/models/${saved}/edit`)
    await page.locator('.vue-flow__node[data-id="loss"]').waitFor()
    await page.evaluate((pasted) => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', pasted)
      window.dispatchEvent(new ClipboardEvent('paste', { clipboardData, cancelable: true }))
    }, text)
    await page.locator('.el-message').filter({ hasText: patterns }).last().waitFor()
    expect(await page.locator('.vue-flow__node').count()).toBe(document.nodes.length)
    expect(await stored()).toBe(before)
  })
})
