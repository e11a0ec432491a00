import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { databaseWithRun, sampleEpoch } from '../../test/helpers/sample-run.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { SafetensorsFile } from '../training/safetensors.ts'
import { exportRun } from './export.ts'

/** A safetensors file of float tensors whose values count up from the tensor's index times 100. */
function safetensors(tensors: Record<string, number[]>): Buffer {
  const entries: Record<string, unknown> = { __metadata__: { position: '{}' } }
  const data: Buffer[] = []
  let offset = 0
  Object.entries(tensors).forEach(([name, shape], tensorIndex) => {
    const count = shape.reduce((product, size) => product * size, 1)
    const values = Float32Array.from({ length: count }, (_, index) => tensorIndex * 100 + index)
    entries[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] }
    offset += values.byteLength
    data.push(Buffer.from(values.buffer))
  })
  const json = Buffer.from(JSON.stringify(entries))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, ...data])
}

async function workspaceWithCheckpoints() {
  const workspace = await temporaryFolder()
  const { database, id } = databaseWithRun(workspace)
  await mkdir(join(workspace, 'checkpoints', id), { recursive: true })
  const save = async (step: number, kind: 'best' | 'last', content: Buffer): Promise<string> => {
    const path = `checkpoints/${id}/${step}.safetensors`
    await writeFile(join(workspace, path), content)
    const sha256 = createHash('sha256').update(content).digest('hex')
    const createdAt = new Date().toISOString()
    const saved = { step, epoch: 1, kind, path, bytes: content.length, sha256, createdAt }
    database.saveUpdate(id, { points: [], lines: [], checkpoint: { saved, removed: [] } })
    return join(workspace, path)
  }
  return { workspace, database, id, save, out: join(workspace, 'out') }
}

describe('exporting parameters', () => {
  it("copies the best checkpoint's under their own names and leaves optimizer state out", async () => {
    const { workspace, database, id, save, out } = await workspaceWithCheckpoints()
    const shapes = {
      'emb_l.0.weight': [5, 2],
      'emb_l.0.weight/sum': [5, 2],
      'top_l.0.bias': [3],
      'top_l.0.bias/mean': [3],
    }
    await save(1, 'best', safetensors(shapes))
    await save(2, 'last', safetensors({ 'emb_l.0.weight': [1, 1] }))
    const { bytes } = await exportRun({ database, workspace }, { id, format: 'safetensors', out })
    expect((await readFile(out)).length).toBe(bytes)
    const file = await SafetensorsFile.open(out)
    expect([...file.tensors.keys()]).toEqual(['emb_l.0.weight', 'top_l.0.bias'])
    expect(file.tensors.get('emb_l.0.weight')?.shape).toEqual([5, 2])
    expect(await file.readFloats('top_l.0.bias')).toEqual(Float32Array.of(200, 201, 202))
    expect(file.metadata.get('run')).toBe(id)
    await file.close()
    database.close()
  })

  it('writes what predictions read in place of untrained rows, for tables of more than one piece', async () => {
    const { workspace, database, id, save, out } = await workspaceWithCheckpoints()
    const [rows, width] = [150_000, 3]
    const values = Float32Array.from({ length: rows * width }, (_, at) => at)
    const trained = Uint8Array.from({ length: rows }, (_, row) => Number(row % 7 !== 0))
    const content = {
      values: Buffer.from(values.buffer),
      row: Buffer.from(Float32Array.of(-1, -2, -3).buffer),
    }
    const end = content.values.length
    const header = Buffer.from(
      JSON.stringify({
        'a/b.weight': { dtype: 'F32', shape: [rows, width], data_offsets: [0, end] },
        'a/b.weight/untrained': { dtype: 'F32', shape: [width], data_offsets: [end, end + 12] },
        'a/b.weight/trained': { dtype: 'BOOL', shape: [rows], data_offsets: [end + 12, end + 12 + rows] },
      }),
    )
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(header.length))
    await save(1, 'best', Buffer.concat([length, header, content.values, content.row, trained]))
    await exportRun({ database, workspace }, { id, format: 'safetensors', out })
    const file = await SafetensorsFile.open(out)
    expect([...file.tensors.keys()]).toEqual(['a/b.weight'])
    const expected = values.map((value, at) => (trained[Math.floor(at / width)] ? value : -1 - (at % width)))
    expect(await file.readFloats('a/b.weight')).toEqual(expected)
    await file.close()
    database.close()
  })

  it('refuses a damaged checkpoint and leaves the target as it was', async () => {
    const { workspace, database, id, save, out } = await workspaceWithCheckpoints()
    const path = await save(1, 'best', safetensors({ 'emb_l.0.weight': [5, 2] }))
    const content = await readFile(path)
    content[content.length - 1]! ^= 1
    await writeFile(path, content)
    await writeFile(out, 'before')
    const exported = exportRun({ database, workspace }, { id, format: 'safetensors', out })
    await expect(exported).rejects.toMatchObject({ data: { code: 'Corrupt', file: path } })
    expect(await readFile(out, 'utf8')).toBe('before')
    database.close()
  })

  it('says what to do where there is no checkpoint yet', async () => {
    const { workspace, database, id, out } = await workspaceWithCheckpoints()
    const exported = exportRun({ database, workspace }, { id, format: 'safetensors', out })
    await expect(exported).rejects.toThrow('let it finish an epoch first')
    database.close()
  })
})

describe('exporting metrics', () => {
  it('writes every point and every epoch, over several pages of points', async () => {
    const { workspace, database, id, out } = await workspaceWithCheckpoints()
    const points = Array.from({ length: 10_000 }, (_, step) => {
      return { series: 'train/loss', step, epoch: 1, value: 0.1 * step, elapsedMs: step }
    })
    database.saveEpoch(id, { points, lines: [], result: sampleEpoch(1, 0.75, null) })
    const { bytes } = await exportRun({ database, workspace }, { id, format: 'csv', out })
    const text = await readFile(out, 'utf8')
    const rows = text.trimEnd().split('\n')
    expect(Buffer.byteLength(text)).toBe(bytes)
    expect(rows[0]).toBe('series,step,epoch,value,elapsedMs')
    expect(rows[4]).toBe('train/loss,3,1,0.30000000000000004,3')
    expect(rows.filter((row) => row.startsWith('train/loss,'))).toHaveLength(10_000)
    expect(rows).toContain('epoch/trainLoss,,1,1,')
    expect(rows).toContain('epoch/validation/auc,,1,0.75,')
    expect(text).not.toContain('epoch/test/')
    database.close()
  })

  it('writes no series that a spreadsheet would run', async () => {
    const { workspace, database, id, out } = await workspaceWithCheckpoints()
    database.points.append(id, [{ series: '=cmd|x,1', step: 1, epoch: 1, value: -0.5, elapsedMs: 1 }])
    await exportRun({ database, workspace }, { id, format: 'csv', out })
    expect(await readFile(out, 'utf8')).toContain(`\n"'=cmd|x,1",1,1,-0.5,1\n`)
    database.close()
  })

  it('says that a folder is missing and leaves nothing behind', async () => {
    const { workspace, database, id } = await workspaceWithCheckpoints()
    const before = await readdir(workspace)
    const out = join(workspace, 'missing', 'out.csv')
    const exported = exportRun({ database, workspace }, { id, format: 'csv', out })
    await expect(exported).rejects.toMatchObject({ data: { code: 'Io', file: out } })
    expect(await readdir(workspace)).toEqual(before)
    database.close()
  })
})
