import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { PNG_SIZES, writeIcons } from './icons.mjs'

/** Width and height of a PNG, as its first block has them. */
function sizeOf(png: Buffer): [number, number] {
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  return [png.readUInt32BE(16), png.readUInt32BE(20)]
}

it('draws the mark of the app in every size that Linux, Windows and macOS ask for', async () => {
  const folder = writeIcons(await temporaryFolder())
  for (const size of PNG_SIZES)
    expect(sizeOf(readFileSync(join(folder, 'png', `${size}x${size}.png`)))).toEqual([size, size])

  const ico = readFileSync(join(folder, 'icon.ico'))
  const pictures = Array.from({ length: ico.readUInt16LE(4) }, (_, index) => {
    const [length, offset] = [ico.readUInt32LE(6 + 16 * index + 8), ico.readUInt32LE(6 + 16 * index + 12)]
    return sizeOf(ico.subarray(offset, offset + length))[0]
  })
  expect(pictures).toEqual([16, 24, 32, 48, 64, 128, 256])

  const icns = readFileSync(join(folder, 'icon.icns'))
  expect(icns.readUInt32BE(4)).toBe(icns.length)
  const sizes: number[] = []
  for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4))
    sizes.push(sizeOf(icns.subarray(at + 8))[0])
  expect(sizes).toEqual([16, 32, 128, 256, 512, 1024, 32, 64])
})
