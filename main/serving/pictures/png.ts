/** Checks whether bytes are one complete PNG picture of the kind that a canvas creates, and nothing else. */
import { crc32, createInflate } from 'node:zlib'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** A canvas is not larger than this on either side. */
const MAX_SIDE = 16_384
const MAX_PIXELS = 2 ** 27
/** By colour type: grey, RGB, grey and alpha, RGB and alpha. */
const channelsOf: Partial<Record<number, number>> = { 0: 1, 2: 3, 4: 2, 6: 4 }
/**
 * The chunks that are allowed besides the header, the pixels and the end: those about colour and size, which contain no
 * text.
 */
const harmless = new Set(['sRGB', 'gAMA', 'cHRM', 'sBIT', 'pHYs', 'iCCP'])

interface Chunk {
  type: string
  data: Buffer
}

/** What is wrong, worded to follow a colon, or null if it is a PNG. */
export async function pngProblem(bytes: Buffer): Promise<string | null> {
  if (!bytes.subarray(0, 8).equals(SIGNATURE)) return 'its first bytes are not those of a PNG'
  const chunks = chunksOf(bytes)
  if (typeof chunks === 'string') return chunks
  const [header, ...others] = chunks
  if (header?.type !== 'IHDR' || header.data.length !== 13) return 'it has no header'
  const end = others.pop()
  if (end?.type !== 'IEND' || end.data.length !== 0) return 'its end is missing'
  const unknownChunk = others.find(({ type }) => type !== 'IDAT' && !harmless.has(type))
  if (unknownChunk) return `it has a part of the kind ${JSON.stringify(unknownChunk.type)}`
  const width = header.data.readUInt32BE(0)
  const height = header.data.readUInt32BE(4)
  const channels = channelsOf[header.data.readUInt8(9)]
  if (width < 1 || height < 1 || Math.max(width, height) > MAX_SIDE || width * height > MAX_PIXELS) {
    return `it is ${width} by ${height} pixels`
  }
  const [depth, compression, filter, interlace] = [8, 10, 11, 12].map((at) => header.data.readUInt8(at))
  if (channels === undefined || depth !== 8 || compression !== 0 || filter !== 0 || interlace !== 0) {
    return 'its pixel format is not supported'
  }
  const pixels = others.filter(({ type }) => type === 'IDAT').map(({ data }) => data)
  const wanted = height * (1 + width * channels)
  return (await inflatesTo(pixels, wanted)) ? null : 'its pixels do not match its header'
}

/** The chunks from the signature to the last byte, each with a valid checksum, or what is wrong. */
function chunksOf(bytes: Buffer): Chunk[] | string {
  const chunks: Chunk[] = []
  for (let at = 8; at < bytes.length;) {
    if (at + 12 > bytes.length) return 'it is cut off, or something follows its end'
    const length = bytes.readUInt32BE(at)
    const next = at + 12 + length
    if (next > bytes.length) return 'it is cut off, or something follows its end'
    const type = bytes.toString('latin1', at + 4, at + 8)
    if (crc32(bytes.subarray(at + 4, next - 4)) !== bytes.readUInt32BE(next - 4)) return 'a checksum is wrong'
    chunks.push({ type, data: bytes.subarray(at + 8, next - 4) })
    at = next
  }
  return chunks
}

/** Whether compressed chunks inflate to exactly this many bytes. The content is counted and not kept. */
function inflatesTo(pieces: Buffer[], wanted: number): Promise<boolean> {
  return new Promise((resolve) => {
    const inflate = createInflate()
    const size = pieces.reduce((sum, piece) => sum + piece.length, 0)
    let counted = 0
    const settle = (isValid: boolean): void => {
      resolve(isValid)
      inflate.destroy()
    }
    inflate.on('data', (piece: Buffer) => {
      counted += piece.length
      if (counted > wanted) settle(false)
    })
    inflate.on('end', () => settle(counted === wanted && inflate.bytesWritten === size))
    inflate.on('error', () => settle(false))
    for (const piece of pieces) inflate.write(piece)
    inflate.end()
  })
}
