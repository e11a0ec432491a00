import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { verifyFolder } from '../../main/training/verify.ts'
import { answerOfCli } from '../helpers/cli.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const golden = fileURLToPath(new URL('../fixtures/reference/golden', import.meta.url))
const weightedPairs = fileURLToPath(new URL('../fixtures/weighted-pairs', import.meta.url))

describe.each(['native', 'tensorflow'] as const)('the backend %s on the reference cases', async (backend) => {
  const { cases } = await verifyFolder(golden, backend)

  it('replays all of them', () => {
    expect(cases.map(({ name }) => name)).toEqual([
      'cat_mse',
      'dot_itself_adagrad',
      'dot_rwsadagrad',
      'dot_sgd',
      'lr_schedule',
      'mixed_dims',
      'qr_add',
      'qr_mult',
      'single_lookup',
      'wbce_clamped',
      'weighted_fixed',
      'weighted_learned',
    ])
  })

  it.each(cases)('$name: losses, rates, parameters and predictions are PyTorch’s', (result) => {
    expect(result).toMatchObject({ passed: true, skipped: false, reason: null })
  })
})

const operations = fileURLToPath(new URL('../fixtures/reference/operations', import.meta.url))

describe.each(['native', 'tensorflow'] as const)('the backend %s', (backend) => {
  it('trains every operation of the reference cases of operations as PyTorch does', async () => {
    const { cases } = await verifyFolder(operations, backend)
    expect(cases.map(({ name, passed, reason }) => ({ name, passed, reason }))).toEqual([
      { name: 'bi_interaction', passed: true, reason: null },
    ])
  })

  it('trains learned weights of the indices of quotient-remainder tables as PyTorch does', async () => {
    const { cases } = await verifyFolder(weightedPairs, backend)
    expect(cases.map(({ name, passed, reason }) => ({ name, passed, reason }))).toEqual([
      { name: 'qr_add_learned_sgd', passed: true, reason: null },
      { name: 'qr_mult_learned_adagrad', passed: true, reason: null },
    ])
  })
})

describe('the command verify', () => {
  it('answers with each case and the counts', async () => {
    const folder = await temporaryFolder()
    for (const file of ['qr_mult.json', 'qr_mult.safetensors']) {
      await copyFile(join(golden, file), join(folder, file))
    }
    expect(await answerOfCli(folder, ['verify', folder])).toEqual({
      cases: [
        {
          name: 'qr_mult',
          passed: true,
          skipped: false,
          reason: null,
          maxLossError: expect.any(Number) as number,
          maxParameterError: expect.any(Number) as number,
          maxPredictionError: expect.any(Number) as number,
        },
      ],
      passed: 1,
      failed: 0,
      skipped: 0,
    })
  })

  it('leaves with exit status 1 where a case fails', async () => {
    const folder = await temporaryFolder()
    await copyFile(join(golden, 'qr_mult.safetensors'), join(folder, 'qr_mult.safetensors'))
    const json = await readFile(join(golden, 'qr_mult.json'), 'utf8')
    await writeFile(join(folder, 'qr_mult.json'), json.replace('0.7921003103256226', '0.793'))
    await expect(answerOfCli(folder, ['verify', folder])).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining('"failed": 1') as string,
    })
  })
})
