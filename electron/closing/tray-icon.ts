import { nativeImage, type NativeImage } from 'electron'

/** Pixels, at a scale of 1. */
const SIZE = 22
const SCALES = [1, 2]
const TILE = { red: 0x4a, green: 0x4f, blue: 0xd8 }
const RADIUS = 6
/** The brand's graph in a tile of 22 by 22: three nodes on the left, one in the middle, one on the right. */
const nodes = [
  { x: 6, y: 6.5, radius: 1.9 },
  { x: 6, y: 11, radius: 1.9 },
  { x: 6, y: 15.5, radius: 1.9 },
  { x: 11, y: 11, radius: 2.1 },
  { x: 16, y: 11, radius: 1.9 },
]

/** The app's mark, drawn here so that no file has to be found. */
export function trayIcon(): NativeImage {
  const image = nativeImage.createEmpty()
  for (const scaleFactor of SCALES) {
    const width = SIZE * scaleFactor
    image.addRepresentation({ scaleFactor, width, height: width, buffer: drawn(scaleFactor) })
  }
  return image
}

/** Blue, green, red and alpha, premultiplied, for each pixel. */
function drawn(scale: number): Buffer {
  const width = SIZE * scale
  const pixels = Buffer.alloc(width * width * 4)
  for (let row = 0; row < width; row++) {
    for (let column = 0; column < width; column++) {
      const x = (column + 0.5) / scale
      const y = (row + 0.5) / scale
      const tile = covered(-distanceToTile(x, y), scale)
      const inNode = (each: (typeof nodes)[number]) =>
        covered(each.radius - Math.hypot(x - each.x, y - each.y), scale)
      const node = nodes.reduce((most, each) => Math.max(most, inNode(each)), 0)
      const mixed = (colour: number): number => Math.round(tile * (colour + (255 - colour) * node))
      const at = (row * width + column) * 4
      pixels[at] = mixed(TILE.blue)
      pixels[at + 1] = mixed(TILE.green)
      pixels[at + 2] = mixed(TILE.red)
      pixels[at + 3] = Math.round(tile * 255)
    }
  }
  return pixels
}

/** The share of a pixel that is inside, from the distance of its centre to the edge: positive inside. */
const covered = (inside: number, scale: number): number => Math.min(1, Math.max(0, inside * scale + 0.5))

/** Of the square with round corners, which leaves a pixel free on each side; negative inside. */
function distanceToTile(x: number, y: number): number {
  const half = SIZE / 2 - 1 - RADIUS
  const outsideX = Math.abs(x - SIZE / 2) - half
  const outsideY = Math.abs(y - SIZE / 2) - half
  const corner = Math.hypot(Math.max(outsideX, 0), Math.max(outsideY, 0))
  return corner + Math.min(Math.max(outsideX, outsideY), 0) - RADIUS
}
