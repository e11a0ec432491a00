/** Pictures of models whose labels are anything: each is a document that every program reads, and shows something. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import type { ModelDocument } from '../../main/model/document.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { saveModel } from '../helpers/page-models.ts'
import { openPage } from '../helpers/page-runs.ts'

let running: RunningApp
let files: string
let page: Page
const byId = (id: string): Locator => page.getByTestId(id)

const controls = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join('')
const texts: Record<string, string> = {
  'emoji of several code points': '👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽'.repeat(20),
  'control characters': `a${controls}\u007F\u0085b`,
  'halves of surrogate pairs': '\uD83D alone \uDE00 \uD83D',
  noncharacters: '\uFFFE\uFFFF\uFDD0',
  'the end of a section': ']]>]]> <![CDATA[',
  'a script': '<script>alert(1)</script><svg onload="alert(1)">',
  'entities and a document type': '&lol; &#0; <!DOCTYPE x [<!ENTITY a "b">]> <?xml?> <!-- --',
  'text from right to left': '\u202Eשלום עולם مرحبا\u202C',
  'one very long word': 'W'.repeat(500),
}
const labels = Object.values(texts)

/** Each text as the label of a node, as the name of a group and as a comment. */
function documentOfTexts(): ModelDocument {
  const sparse = labels.map((_, at) => ({ name: `c${at}`, cardinality: 9, multiValued: false }))
  const preset = presetDocument('dlrm', { dense: ['age'], sparse })
  const tables = preset.nodes.filter(({ kind }) => kind === 'embedding')
  return {
    ...preset,
    nodes: preset.nodes.map((node) => {
      const at = tables.indexOf(node)
      return at < 0 ? node : { ...node, label: labels[at]! }
    }),
    groups: labels.map((name, at) => ({
      id: `g${at}`,
      name: name.slice(0, 200),
      nodes: [tables[at]!.id],
      collapsed: at % 2 === 1,
    })),
    comments: labels.map((text, at) => ({
      id: `n${at}`,
      text: text.repeat(20).slice(0, 2000),
      position: { x: 300 * at, y: -2000 },
    })),
  }
}

beforeAll(async () => {
  files = mkdtempSync(join(tmpdir(), 'pictures-'))
  running = await launchApp()
  page = running.window
  const id = await saveModel(page, documentOfTexts())
  await openPage(page, `/models/${id}/edit`)
  await page.locator('.vue-flow__node[data-id="loss"]').waitFor()
})
afterAll(async () => {
  await running.close()
  rmSync(files, { recursive: true, force: true })
})

async function exported(kind: string): Promise<Buffer> {
  const out = join(files, `${kind}.${kind.split('-')[0]}`)
  await running.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, out)
  await byId('save-picture').click()
  await byId(`picture-${kind}`).click()
  await page.getByText(`Written to ${out}`).waitFor()
  return readFileSync(out)
}

it.each(['svg-light', 'svg-dark'])(
  '%s is well-formed whatever the labels',
  { timeout: 60_000 },
  async (kind) => {
    const svg = (await exported(kind)).toString('utf8')
    const read = await page.evaluate((text) => {
      const document = new DOMParser().parseFromString(text, 'image/svg+xml')
      const names = [...document.querySelectorAll('*')].map(({ localName }) => localName)
      return {
        problem: document.querySelector('parsererror')?.textContent ?? null,
        names: [...new Set(names)].sort(),
        texts: [...document.querySelectorAll('text')].map(({ textContent }) => textContent),
      }
    }, svg)
    expect(read.problem).toBeNull()
    expect(read.names).toEqual(['path', 'rect', 'svg', 'text'])
    expect(read.texts.some((text) => text.includes('👩‍👩‍👧‍👦'))).toBe(true)
    expect(read.texts.some((text) => text.includes(']]>'))).toBe(true)
    expect(read.texts.some((text) => text.includes('שלום'))).toBe(true)
    expect(Math.max(...read.texts.map((text) => text.length))).toBeLessThan(1000)
  },
)

it.each(['png-light', 'png-dark'])('%s shows boxes and letters', { timeout: 60_000 }, async (kind) => {
  const png = await exported(kind)
  const seen = await page.evaluate(async (base64) => {
    const image = new Image()
    image.src = `data:image/png;base64,${base64}`
    await image.decode()
    const canvas = document.createElement('canvas')
    ;[canvas.width, canvas.height] = [image.width, image.height]
    const context = canvas.getContext('2d')!
    context.drawImage(image, 0, 0)
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
    const colours = new Set<number>()
    for (let at = 0; at < data.length; at += 4)
      colours.add((data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!)
    return { width: image.width, height: image.height, colours: colours.size }
  }, png.toString('base64'))
  expect(Math.min(seen.width, seen.height)).toBeGreaterThan(1000)
  expect(seen.colours).toBeGreaterThan(100)
})
