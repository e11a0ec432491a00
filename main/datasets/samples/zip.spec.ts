import { crc32, deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readZipEntries } from './zip.ts'

/** A zip archive of one entry, made by hand. */
function zipOf(name: string, content: Buffer, method: 0 | 8): Buffer {
  const packed = method === 8 ? deflateRawSync(content) : content
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(name.length, 26)
  const entry = Buffer.alloc(46)
  entry.writeUInt32LE(0x02014b50, 0)
  entry.writeUInt16LE(method, 10)
  entry.writeUInt32LE(crc32(content), 16)
  entry.writeUInt32LE(packed.length, 20)
  entry.writeUInt32LE(content.length, 24)
  entry.writeUInt16LE(name.length, 28)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(local.length + name.length + packed.length, 16)
  return Buffer.concat([local, Buffer.from(name), packed, entry, Buffer.from(name), end])
}

const content = Buffer.from('user_id\titem_id\n'.repeat(100))
const read = (archive: Buffer, limit = 1e6) => readZipEntries(archive, ['a.inter'], 'x.zip', limit)

describe('readZipEntries', () => {
  it.each([0, 8] as const)('reads an entry of method %i wherever its folder is', async (method) => {
    expect((await read(zipOf('some/folder/a.inter', content, method))).get('a.inter')).toEqual(content)
  })

  it('has no entry for a file that is not inside', async () => {
    expect((await read(zipOf('b.inter', content, 8))).size).toBe(0)
  })

  it('refuses an entry beyond the limit before unpacking it', async () => {
    await expect(read(zipOf('a.inter', content, 8), 100)).rejects.toThrow(/larger than expected/)
  })

  it('refuses what is no zip', async () => {
    await expect(read(Buffer.from('hello'))).rejects.toMatchObject({
      data: { code: 'Corrupt', file: 'x.zip' },
    })
  })

  it('answers every flipped byte with an error or content, never with a crash', async () => {
    const archive = zipOf('a.inter', content, 8)
    for (let at = 0; at < archive.length; at++) {
      const damaged = Buffer.from(archive)
      damaged.writeUInt8(damaged.readUInt8(at) ^ 0xff, at)
      const result = await read(damaged).catch((error: unknown) => error)
      if (result instanceof Map) expect(result.get('a.inter') ?? content).toEqual(content)
      else expect(result).toMatchObject({ data: { file: 'x.zip' } })
    }
  })
})
