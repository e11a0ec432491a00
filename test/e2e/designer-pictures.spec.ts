/** Pictures of models with any labels are documents that every program reads, and have each node at its position. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import type { ModelDocument } from '../../main/model/document.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import { checkDocument } from '../../main/model/check.ts'
import { drawCanvas } from '../../renderer/features/models/editor/canvas-drawing.ts'
import { NODE_HEIGHT, NODE_WIDTH } from '../../renderer/features/models/shared/drawing/layout.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { answerSaveDialog } from '../helpers/dialogs.ts'
import { openInDesigner } from '../helpers/page-models.ts'

let running: RunningApp
let files: string
let exports = 0
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
  await openInDesigner(page, documentOfTexts())
})
afterAll(async () => {
  await running.close()
  rmSync(files, { recursive: true, force: true })
})

async function exported(kind: string): Promise<Buffer> {
  // The message of an earlier export may still be shown, so each has its own file.
  const out = join(files, `${++exports}-${kind}.${kind.split('-')[0]}`)
  await answerSaveDialog(running, out)
  await byId('save-picture').click()
  await byId(`picture-${kind}`).click()
  await page.getByText(`Written to ${out}`).waitFor()
  return readFileSync(out)
}

/** The boxes that the canvas shows, at the positions in the model where it draws them. */
const boxes = () => {
  const document = documentOfTexts()
  const { nodes, positions } = drawCanvas(document, checkDocument(document, null), null)
  return nodes.map(({ id }) => ({ id, ...positions.get(id)!, width: NODE_WIDTH, height: NODE_HEIGHT }))
}

/** What an SVG file has: the names of its elements, its texts, and the area of the model that it shows. */
const readSvg = (svg: string) =>
  page.evaluate((text) => {
    const document = new DOMParser().parseFromString(text, 'image/svg+xml')
    const number = (element: Element, name: string) => Number(element.getAttribute(name))
    const all = [...document.querySelectorAll('*')]
    const [left = 0, top = 0, width = 0] = (document.documentElement.getAttribute('viewBox') ?? '')
      .split(' ')
      .map(Number)
    return {
      problem: document.querySelector('parsererror')?.textContent ?? null,
      names: [...new Set(all.map(({ localName }) => localName))].sort(),
      rectangles: all
        .filter(({ localName }) => localName === 'rect')
        .map((each) => ({
          x: number(each, 'x'),
          y: number(each, 'y'),
          width: number(each, 'width'),
          height: number(each, 'height'),
        })),
      texts: all
        .filter(({ localName }) => localName === 'text')
        .map((each) => ({ x: number(each, 'x'), y: number(each, 'y'), text: each.textContent })),
      view: { left, top, width },
    }
  }, svg)

it.each(['svg-light', 'svg-dark'])(
  '%s is well-formed whatever the labels, and has each node at its position',
  { timeout: 60_000 },
  async (kind) => {
    const read = await readSvg((await exported(kind)).toString('utf8'))
    expect(read.problem).toBeNull()
    expect(read.names).toEqual(['path', 'rect', 'svg', 'text'])
    const texts = read.texts.map(({ text }) => text)
    expect(texts.some((text) => text.includes('👩‍👩‍👧‍👦'))).toBe(true)
    expect(texts.some((text) => text.includes(']]>'))).toBe(true)
    expect(texts.some((text) => text.includes('שלום'))).toBe(true)
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(1000)
    for (const { id, x, y, width, height } of boxes()) {
      // The border is drawn inside of the box.
      const border = { x: x + 0.5, y: y + 0.5, width: width - 1, height: height - 1 }
      expect(read.rectangles, id).toContainEqual(border)
      const inside = read.texts.filter(
        (text) => text.x > x && text.x < x + width && text.y > y && text.y < y + height,
      )
      expect(inside.length, id).toBeGreaterThanOrEqual(3)
    }
  },
)

it.each(['png-light', 'png-dark'])(
  '%s shows each node at its position',
  { timeout: 60_000 },
  async (kind) => {
    const { view } = await readSvg((await exported('svg-light')).toString('utf8'))
    const png = await exported(kind)
    const seen = await page.evaluate(
      async ({ base64, boxes, view }) => {
        const image = new Image()
        image.src = `data:image/png;base64,${base64}`
        await image.decode()
        const canvas = document.createElement('canvas')
        ;[canvas.width, canvas.height] = [image.width, image.height]
        const context = canvas.getContext('2d')!
        context.drawImage(image, 0, 0)
        const { data } = context.getImageData(0, 0, image.width, image.height)
        const scale = image.width / view.width
        /** The colour at a point of the model. */
        const colourAt = (x: number, y: number) => {
          const [column, row] = [(x - view.left) * scale, (y - view.top) * scale].map(Math.floor)
          return data
            .subarray(4 * (row! * image.width + column!))
            .slice(0, 3)
            .join()
        }
        return boxes.map(({ id, x, y, width, height }) => {
          const inside = colourAt(x + 9, y + height / 2)
          let letters = 0
          for (let right = x + 14; right < x + width - 10; right += 1 / scale)
            if (colourAt(right, y + 34) !== inside) letters++
          return {
            id,
            filled: colourAt(x + 9, y + 6) === inside && colourAt(x + 9, y + height - 6) === inside,
            bordered: [0.5, height - 0.5].every((down) => colourAt(x + width / 2, y + down) !== inside),
            coloured: colourAt(x + 2, y + height / 2) !== inside,
            written: letters > 5,
          }
        })
      },
      { base64: png.toString('base64'), boxes: boxes(), view },
    )
    const whole = { filled: true, bordered: true, coloured: true, written: true }
    expect(seen).toEqual(boxes().map(({ id }) => ({ id, ...whole })))
  },
)
