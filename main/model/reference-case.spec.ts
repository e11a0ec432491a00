import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compilePlan } from './plan.ts'
import { referenceCase } from './reference-case.ts'

const golden = new URL('../../test/fixtures/reference/golden/', import.meta.url)
const cases = readdirSync(golden).filter((file) => file.endsWith('.json'))
const read = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(file, golden), 'utf8')) as Record<string, unknown>

/** Names and shapes of the tensors init/… in a case's safetensors file. */
function initialShapes(file: string): string[] {
  const bytes = readFileSync(new URL(file.replace('.json', '.safetensors'), golden))
  const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString()) as Record<
    string,
    { shape: number[] }
  >
  return Object.entries(header)
    .filter(([name]) => name.startsWith('init/'))
    .map(([name, { shape }]) => `${name.slice(5)} ${shape.join('x')}`)
    .sort()
}

describe('referenceCase', () => {
  it.each(cases)('%s becomes a plan with exactly the file’s parameters', (file) => {
    const { document, columns } = referenceCase(read(file))
    const { parameters } = compilePlan(document, columns)
    expect(parameters.map(({ name, shape }) => `${name} ${shape.join('x')}`).sort()).toEqual(
      initialShapes(file),
    )
  })

  it('puts tables first, then bottom and top, as the reference draws them', () => {
    const { document, columns } = referenceCase(read('dot_sgd.json'))
    const names = compilePlan(document, columns).parameters.map((parameter) => parameter.name)
    expect(names.slice(4, 9)).toEqual([
      'emb_l.4.weight',
      'bot_l.0.weight',
      'bot_l.0.bias',
      'bot_l.2.weight',
      'bot_l.2.bias',
    ])
    expect(names[9]).toBe('top_l.0.weight')
  })

  it('concatenates quotient-remainder halves to twice the feature size', () => {
    const qr = { operation: 'concat', collisions: 4, threshold: 0 }
    const { document, columns } = referenceCase({ ...read('cat_mse.json'), qr })
    const plan = compilePlan(document, columns)
    expect(plan.parameters.find(({ name }) => name === 'emb_l.0.weight_q')?.shape).toEqual([10, 8])
    expect(plan.parameters.find(({ name }) => name === 'top_l.0.weight')?.shape).toEqual([24, 8 + 5 * 16])
  })

  it.each([
    [{ optimizer: 'lamb' }, 'optimizer'],
    [{ arch_mlp_bot: [6] }, 'arch_mlp_bot'],
    [{ losses: 'many' }, 'losses'],
    [{ md: { dims: [1] } }, 'md.dims'],
  ])('names the field of %j that is wrong', (change, field) => {
    expect(() => referenceCase({ ...read('dot_sgd.json'), ...change })).toThrow(field)
  })
})
