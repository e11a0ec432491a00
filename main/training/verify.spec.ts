import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { verifyFolder } from './verify.ts'

const golden = fileURLToPath(new URL('../../test/fixtures/reference/golden', import.meta.url))
type Json = Record<string, unknown>

/** A folder with the case dot_sgd, its JSON changed and its tensors' bytes put through `damage`. */
async function folderWithCase(change: Json = {}, damage: (bytes: Buffer) => Buffer = (bytes) => bytes) {
  const folder = await temporaryFolder()
  const json = JSON.parse(await readFile(join(golden, 'dot_sgd.json'), 'utf8')) as Json
  await writeFile(join(folder, 'dot_sgd.json'), JSON.stringify({ ...json, ...change }))
  const tensors = await readFile(join(golden, 'dot_sgd.safetensors'))
  await writeFile(join(folder, 'dot_sgd.safetensors'), damage(tensors))
  return folder
}

/** Renames a tensor to a name of the same length, so that the file stays valid. */
const renaming = (from: string, to: string) => (bytes: Buffer) => {
  const offset = bytes.indexOf(`"${from}"`)
  bytes.write(`"${to}"`, offset)
  return bytes
}

/** Overwrites the first number of a tensor. */
const withNumber = (name: string, value: number) => (bytes: Buffer) => {
  const dataStart = 8 + Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.subarray(8, dataStart).toString()) as Record<
    string,
    { data_offsets: [number, number] }
  >
  bytes.writeFloatLE(value, dataStart + (header[name]?.data_offsets[0] ?? NaN))
  return bytes
}

async function onlyResult(folder: string) {
  const report = await verifyFolder(folder, 'native')
  expect(report.cases).toHaveLength(1)
  return { ...report, result: report.cases[0] }
}

describe('verifyFolder', () => {
  it('passes a case whose numbers are reproduced, with the largest differences', async () => {
    const { passed, failed, skipped, result } = await onlyResult(await folderWithCase())
    expect({ passed, failed, skipped }).toEqual({ passed: 1, failed: 0, skipped: 0 })
    expect(result).toMatchObject({ name: 'dot_sgd', passed: true, skipped: false, reason: null })
    expect(result?.maxParameterError).toBeLessThan(2e-5)
  })

  it.each([
    ['a loss', { losses: [0.7735, 0.7035, 0.792, 0.7441, 0.7821, 0.7922] }, undefined, 'loss of step 2'],
    ['a rate', { learning_rates: [0.1, 0.1, 0.1, 0.2, 0.1, 0.1] }, undefined, 'learning rate of step 4'],
    ['a parameter', {}, withNumber('final/top_l.0.bias', 3), 'top_l.0.bias[0]'],
    ['a NaN', {}, withNumber('final/emb_l.2.weight', NaN), 'emb_l.2.weight[0]'],
    ['a prediction', {}, withNumber('final_predictions', 0.999), 'final_predictions[0]'],
    ['a NaN at the start', {}, withNumber('init/bot_l.0.weight', NaN), 'loss of step 1 is NaN'],
  ])('fails a case for %s that differs, and says where', async (_, change, damage, reason) => {
    const { failed, result } = await onlyResult(await folderWithCase(change, damage))
    expect(failed).toBe(1)
    expect(result).toMatchObject({ passed: false, skipped: false })
    expect(result?.reason).toContain(reason)
  })

  it.each([
    ['a missing tensor', {}, renaming('batch3/labels', 'batch3/labelz'), 'batch3/labels is missing'],
    ['a missing parameter', {}, renaming('init/bot_l.2.bias', 'init/bot_l.2.biaz'), 'no init/bot_l.2.bias'],
    ['a truncated file', {}, (bytes: Buffer) => bytes.subarray(0, 5000), 'not a valid safetensors file'],
    ['other table sizes', { arch_embedding_size: [40, 7, 300, 1] }, undefined, 'init/'],
    ['too few losses', { losses: [0.7] }, undefined, '6 batches, 1 losses'],
    ['an unknown optimizer', { optimizer: 'lamb' }, undefined, "Field 'optimizer'"],
    ['a decay inside the warm-up', { lr_schedule: { warmup_steps: 3 } }, undefined, 'inside the warm-up'],
  ])('fails a case with %s by its reason', async (_, change, damage, reason) => {
    const { failed, result } = await onlyResult(await folderWithCase(change, damage))
    expect(failed).toBe(1)
    expect(result).toMatchObject({ passed: false, maxLossError: null })
    expect(result?.reason).toContain(reason)
  })

  it('fails an index that a table has not, and goes on with the next case', async () => {
    const folder = await folderWithCase({ arch_embedding_size: [40, 7, 300, 1, 25] }, (bytes) => {
      const dataStart = 8 + Number(bytes.readBigUInt64LE(0))
      const header = JSON.parse(bytes.subarray(8, dataStart).toString()) as Record<
        string,
        { data_offsets: [number, number] }
      >
      bytes.writeBigInt64LE(40n, dataStart + (header['batch2/indices0']?.data_offsets[0] ?? NaN))
      return bytes
    })
    for (const file of ['cat_mse.json', 'cat_mse.safetensors', 'qr_add.json', 'qr_add.safetensors']) {
      await copyFile(join(golden, file), join(folder, file))
    }
    const { cases, passed, failed } = await verifyFolder(folder, 'native')
    expect([passed, failed]).toEqual([2, 1])
    expect(cases.map(({ name, reason }) => [name, reason])).toEqual([
      ['cat_mse', null],
      ['dot_sgd', expect.stringMatching(/sparse_0.*index 40/)],
      ['qr_add', null],
    ])
  })

  it('fails half a case, and a case that is no JSON', async () => {
    const folder = await folderWithCase()
    await rm(join(folder, 'dot_sgd.safetensors'))
    await copyFile(join(golden, 'qr_add.safetensors'), join(folder, 'qr_add.safetensors'))
    await writeFile(join(folder, 'broken.json'), '{"losses": [NaN]}')
    const { cases } = await verifyFolder(folder, 'native')
    expect(cases.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('broken.json is not JSON'),
      expect.stringContaining('dot_sgd.safetensors'),
      expect.stringContaining('qr_add.json'),
    ])
  })

  it('refuses a folder without cases and one that does not exist', async () => {
    const folder = await temporaryFolder()
    await expect(verifyFolder(folder, 'native')).rejects.toThrow(/no reference cases in .*NAME\.json/)
    await expect(verifyFolder(join(folder, 'none'), 'native')).rejects.toMatchObject({
      data: { code: 'NotFound' },
    })
  })
})
