import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SafetensorsFile } from './safetensors.ts'

const golden = fileURLToPath(
  new URL('../../test/fixtures/reference/golden/dot_sgd.safetensors', import.meta.url),
)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function fileOf(header: unknown, dataBytes: number, claimedLength?: bigint): Promise<string> {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(claimedLength ?? BigInt(text.length))
  const path = join(folder, `${crypto.randomUUID()}.safetensors`)
  await writeFile(path, Buffer.concat([length, text, Buffer.alloc(dataBytes)]))
  return path
}

describe('reading safetensors', () => {
  it('reads the tensors of a reference case', async () => {
    const file = await SafetensorsFile.open(golden)
    expect(file.tensors.get('init/emb_l.0.weight')?.shape).toEqual([40, 8])
    expect(await file.readFloats('init/emb_l.0.weight')).toHaveLength(320)
    expect((await file.readIntegers('batch0/offsets0'))[0]).toBe(0n)
    await expect(file.readFloats('batch0/offsets0')).rejects.toThrow(/is I64 and must be F32/)
    await expect(file.readFloats('nothing')).rejects.toThrow(/no tensor nothing/)
    await file.close()
  })

  it('says that a file is missing', async () => {
    await expect(SafetensorsFile.open(join(folder, 'absent'))).rejects.toMatchObject({
      data: { code: 'NotFound' },
    })
  })

  const f32 = (shape: number[], begin: number, end: number) => ({
    dtype: 'F32',
    shape,
    data_offsets: [begin, end],
  })
  const hostile: [string, unknown, number, bigint?][] = [
    ['a header longer than the file', {}, 0, 1n << 62n],
    ['a header that is not JSON', '{"a":', 0],
    ['a header that is not an object', '[1]', 0],
    ['an unknown type', { a: { dtype: 'F64', shape: [1], data_offsets: [0, 8] } }, 8],
    ['a shape that does not fill its bytes', { a: f32([3], 0, 8) }, 8],
    ['a shape whose product overflows', { a: f32([2 ** 40, 2 ** 40], 0, 8) }, 8],
    ['a negative offset', { a: f32([2], -8, 0) }, 8],
    ['data beyond the end of the file', { a: f32([4], 0, 16) }, 8],
    ['overlapping tensors', { a: f32([2], 0, 8), b: f32([2], 4, 12) }, 12],
    ['a gap between tensors', { a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12],
    ['bytes that belong to no tensor', { a: f32([1], 0, 4) }, 8],
    ['metadata that is not text', { __metadata__: { a: 1 } }, 0],
  ]
  it.each(hostile)('refuses %s', async (_title, header, dataBytes, claimedLength) => {
    const path = await fileOf(header, dataBytes, claimedLength)
    await expect(SafetensorsFile.open(path)).rejects.toMatchObject({ data: { code: 'Corrupt', file: path } })
  })

  it('refuses a file shorter than a header', async () => {
    const path = join(folder, 'short.safetensors')
    await writeFile(path, 'abc')
    await expect(SafetensorsFile.open(path)).rejects.toThrow(/shorter than a header/)
  })
})
