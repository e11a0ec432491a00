import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { verifyFolder } from '../../main/training/verify.ts'

const golden = fileURLToPath(new URL('../fixtures/reference/golden', import.meta.url))

describe('the native engine on the reference cases', async () => {
  const { cases } = await verifyFolder(golden, 'native')

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
