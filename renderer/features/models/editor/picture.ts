/** Draws the canvas as an SVG file for a paper or a slide: boxes, edges and shapes as the canvas shows them. */
import type { NodeGroupName } from '../../../../main/model/kinds/node.ts'
import { groupOf, kindLabel, sizeText } from '../shared/drawing/describe-node.ts'
import type { DrawnNode } from '../shared/drawing/drawing.ts'
import { NODE_HEIGHT, NODE_WIDTH } from '../shared/drawing/layout.ts'
import type { Point } from '../../../../main/model/point.ts'
import { edgeBetween, type CanvasDrawing, type Frame } from './canvas-drawing.ts'
import { fitted, wrapped, xmlText } from './picture-text.ts'
import { maximumOf, minimumOf } from '../../../../main/model/extremes.ts'

const MARGIN = 24
const FONT = 'Inter, Helvetica, Arial, sans-serif'

interface Colours {
  paper: string
  box: string
  border: string
  text: string
  muted: string
  families: Record<NodeGroupName, string>
}

/** The colours of theme.css, because a picture has to carry its own. */
const themes: Record<'light' | 'dark', Colours> = {
  light: {
    paper: '#ffffff',
    box: '#ffffff',
    border: '#d5dae1',
    text: '#1a1e24',
    muted: '#59626f',
    families: {
      input: '#59626f',
      table: '#4a4fd8',
      layers: '#13733f',
      interaction: '#8a5300',
      output: '#2450a8',
    },
  },
  dark: {
    paper: '#101216',
    box: '#171a20',
    border: '#3a414c',
    text: '#eceff3',
    muted: '#a3adba',
    families: {
      input: '#a3adba',
      table: '#8589f7',
      layers: '#5fd194',
      interaction: '#f0b75a',
      output: '#8fb6ff',
    },
  },
}

export interface Picture {
  svg: string
  width: number
  height: number
}

export function picture(drawing: CanvasDrawing, theme: 'light' | 'dark'): Picture {
  const colours = themes[theme]
  const at = (id: string): Point => drawing.positions.get(id) ?? { x: 0, y: 0 }
  const comments = drawing.comments.map(({ text, position }) => ({
    ...position,
    lines: wrapped(text, LETTERS),
  }))
  const areas = [
    ...drawing.nodes.map(({ id }) => ({ ...at(id), width: NODE_WIDTH, height: NODE_HEIGHT })),
    ...drawing.frames,
    ...comments.map(({ x, y, lines }) => ({ x, y, width: COMMENT_WIDTH, height: commentHeight(lines) })),
  ]
  const left = minimumOf(areas.map(({ x }) => x)) - MARGIN
  const top = minimumOf(areas.map(({ y }) => y)) - MARGIN
  const width = maximumOf(areas.map((area) => area.x + area.width)) + MARGIN - left
  const height = maximumOf(areas.map((area) => area.y + area.height)) + MARGIN - top
  const labelled = new Set<string>()
  const edges = drawing.edges.map(({ source, target, shape }) => {
    const first = !labelled.has(source)
    labelled.add(source)
    return edge(at(source), at(target), first ? shape : '', colours)
  })
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
      `viewBox="${left} ${top} ${width} ${height}" font-family="${FONT}" font-size="12">`,
    `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="${colours.paper}"/>`,
    ...drawing.frames.map((each) => frame(each, colours)),
    ...edges,
    ...drawing.nodes.map((node) => box(node, at(node.id), colours)),
    ...comments.map((each) => comment(each, colours)),
    '</svg>',
  ].join('\n')
  return { svg, width, height }
}

function frame({ group, x, y, width, height }: Frame, { border, muted }: Colours): string {
  return (
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="12" fill="${muted}" fill-opacity="0.07" ` +
    `stroke="${border}" stroke-dasharray="4 3"/>` +
    `<text x="${x + 12}" y="${y + 18}" font-weight="600" fill="${muted}">` +
    `${xmlText(fitted(group.name, Math.floor(width / 8)))}</text>`
  )
}

/** The width of a comment on the canvas as well. */
export const COMMENT_WIDTH = 220
const LETTERS = 32
const LINE_HEIGHT = 17
const commentHeight = (lines: readonly string[]): number => lines.length * LINE_HEIGHT + 18

function comment({ x, y, lines }: Point & { lines: string[] }, colours: Colours): string {
  const border = colours.families.interaction
  const texts = lines.map(
    (text, row) =>
      `<text x="${x + 12}" y="${y + 22 + row * LINE_HEIGHT}" fill="${colours.text}">${xmlText(text)}</text>`,
  )
  return (
    `<rect x="${x}" y="${y}" width="${COMMENT_WIDTH}" height="${commentHeight(lines)}" rx="8" ` +
    `fill="${colours.box}" stroke="${border}" stroke-opacity="0.6"/>${texts.join('')}`
  )
}

function edge(from: Point, to: Point, shape: string, { muted, paper, text }: Colours): string {
  const { path, label } = edgeBetween(from, to)
  const shapeLabel =
    shape === ''
      ? ''
      : `<text x="${label.x}" y="${label.y}" font-size="11" fill="${text}" ` +
        `stroke="${paper}" stroke-width="4" paint-order="stroke">${xmlText(shape)}</text>`
  return `<path d="${path}" fill="none" stroke="${muted}" stroke-width="1.4"/>${shapeLabel}`
}

function box(node: DrawnNode, { x, y }: Point, colours: Colours): string {
  const text = (value: string, row: number, attributes: string) =>
    `<text x="${x + 14}" y="${y + 20 + row * 18}" ${attributes}>${xmlText(value)}</text>`
  const kind = node.kindName ?? kindLabel(node.kind)
  return [
    `<rect x="${x + 0.5}" y="${y + 0.5}" width="${NODE_WIDTH - 1}" height="${NODE_HEIGHT - 1}" rx="8" ` +
      `fill="${colours.box}" stroke="${colours.border}"/>`,
    `<rect x="${x}" y="${y + 6}" width="4" height="${NODE_HEIGHT - 12}" rx="2" ` +
      `fill="${colours.families[groupOf(node.kind)]}"/>`,
    text(fitted(node.title, 24 - Math.min(kind.length, 12)), 0, `font-weight="600" fill="${colours.text}"`),
    `<text x="${x + NODE_WIDTH - 10}" y="${y + 20}" text-anchor="end" font-size="10" ` +
      `fill="${colours.muted}">${xmlText(fitted(kind, 16))}</text>`,
    text(fitted(node.detail, 27), 1, `fill="${colours.text}"`),
    text(node.size ?? sizeText(node), 2, `font-size="11" fill="${colours.muted}"`),
  ].join('')
}

/** Renders the picture as PNG at twice its size, for screens of any kind. Throws if a canvas cannot be so large. */
export async function toPng({ svg, width, height }: Picture): Promise<Uint8Array> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const scale = Math.min(2, MAX_SIDE / Math.max(width, height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (!blob) throw new Error('The picture is too large for a PNG: choose SVG.')
  return new Uint8Array(await blob.arrayBuffer())
}

/** The largest canvas that every browser can draw. */
const MAX_SIDE = 8192
