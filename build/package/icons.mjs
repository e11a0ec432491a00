import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Resvg } from '@resvg/resvg-js'
import { fromRoot } from '../setup/paths.mjs'

export const PNG_SIZES = [16, 24, 32, 48, 64, 128, 256, 512]
const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256]
/** The names that Apple gives to pictures of these sizes in an icon file. */
const ICNS_TYPES = { icp4: 16, icp5: 32, ic07: 128, ic08: 256, ic09: 512, ic10: 1024, ic11: 32, ic12: 64 }

/** The app's mark as a picture of its own, from the component that draws it in the window. */
export function brandMark() {
  const component = readFileSync(fromRoot('renderer', 'ui', 'BrandMark.vue'), 'utf8')
  const drawing = /<svg[^>]*>([^]*?)<\/svg>/.exec(component)?.[1]
  const style = /<style scoped>([^]*?)<\/style>/.exec(component)?.[1]
  if (!drawing || !style) throw new Error('renderer/ui/BrandMark.vue has no drawing with a style.')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 22 22"><style>${style}</style>${drawing}</svg>\n`
}

const png = (svg, size) => new Resvg(svg, { fitTo: { mode: 'width', value: size } }).render().asPng()

/** A Windows icon of PNG pictures: a directory of 16 bytes a picture, then the pictures. */
export function windowsIcon(pictures) {
  const head = Buffer.alloc(6 + 16 * pictures.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(pictures.length, 4)
  let offset = head.length
  pictures.forEach(({ size, data }, index) => {
    const at = 6 + 16 * index
    // 256 is written as 0.
    head.writeUInt8(size % 256, at)
    head.writeUInt8(size % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(data.length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += data.length
  })
  return Buffer.concat([head, ...pictures.map(({ data }) => data)])
}

/** A macOS icon of PNG pictures: each after its type and its length. */
export function macIcon(pictures) {
  const blocks = pictures.map(({ type, data }) => Buffer.concat([Buffer.from(type), length(data), data]))
  const content = Buffer.concat(blocks)
  return Buffer.concat([Buffer.from('icns'), length(content), content])
}

function length(data) {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(data.length + 8)
  return bytes
}

/** Writes the icon into a folder: icon.svg, icon.ico, icon.icns, and png/SIZExSIZE.png. Returns the folder. */
export function writeIcons(folder) {
  const svg = brandMark()
  mkdirSync(join(folder, 'png'), { recursive: true })
  writeFileSync(join(folder, 'icon.svg'), svg)
  for (const size of PNG_SIZES) writeFileSync(join(folder, 'png', `${size}x${size}.png`), png(svg, size))
  const ico = ICO_SIZES.map((size) => ({ size, data: png(svg, size) }))
  writeFileSync(join(folder, 'icon.ico'), windowsIcon(ico))
  const icns = Object.entries(ICNS_TYPES).map(([type, size]) => ({ type, data: png(svg, size) }))
  writeFileSync(join(folder, 'icon.icns'), macIcon(icns))
  return folder
}
