import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { smallTraining, type SmallTraining } from '../../test/helpers/small-training.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { RUN, trainHere } from '../../test/helpers/train-here.ts'
import { columnsOf } from '../datasets/columns-of.ts'
import { compilePlan } from '../model/plan.ts'

interface TensorShape {
  name: string
  shape: number[]
}

/** The parameters that the model has. */
function parametersOf({ model, manifest }: SmallTraining): TensorShape[] {
  return compilePlan(model, columnsOf(manifest)).parameters.map(({ name, shape }) => ({ name, shape }))
}

/** A safetensors file of these tensors, all values 0.01. */
async function writeTensors(
  path: string,
  tensors: TensorShape[],
  dtype = 'F32',
  last = 0.01,
): Promise<string> {
  const header: Record<string, unknown> = {}
  let end = 0
  for (const { name, shape } of tensors) {
    const begin = end
    end += shape.reduce((product, size) => product * size, dtype === 'I64' ? 8 : 4)
    header[name] = { dtype, shape, data_offsets: [begin, end] }
  }
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  const values = new Float32Array(end / 4).fill(0.01).fill(last, -1)
  await writeFile(path, Buffer.concat([length, text, Buffer.from(values.buffer)]))
  return path
}

it('begins with the parameters of a file, saved before the first step', async () => {
  const training = await smallTraining(await temporaryFolder())
  const file = await writeTensors(join(training.workspace, 'init.safetensors'), parametersOf(training))
  const drawn = await trainHere(await smallTraining(await temporaryFolder()))
  const trained = await trainHere(training, { initialParameters: file })
  expect(trained.messages[1]).toMatchObject({ kind: 'checkpoint', checkpoint: { saved: { step: 0 } } })
  expect(trained.points['train/loss 1']).not.toBe(drawn.points['train/loss 1'])
})

it('begins with them again where a kill left no checkpoint', async () => {
  const training = await smallTraining(await temporaryFolder())
  const file = await writeTensors(join(training.workspace, 'init.safetensors'), parametersOf(training))
  const whole = await trainHere(training, { initialParameters: file })
  const again = await smallTraining(await temporaryFolder())
  const resumed = await trainHere(again, { initialParameters: file, resume: true })
  expect(resumed.points).toEqual(whole.points)
})

const wrong: [string, (tensors: TensorShape[]) => TensorShape[], RegExp, string?][] = [
  ['a missing parameter', (all) => all.slice(1), /has no emb_l\.0\.weight, which the model needs/],
  ['one too many', (all) => [...all, { name: 'emb_l.9.weight', shape: [2] }], /has emb_l\.9\.weight, which/],
  [
    'one of another shape',
    ([first, ...others]) => [{ name: first?.name ?? '', shape: [3, 4] }, ...others],
    /has emb_l\.0\.weight of shape \[3, 4\], but the model needs \[\d+, 16\]/,
  ],
  ['whole numbers', (all) => all, /has emb_l\.0\.weight as I64, but it must be F32/, 'I64'],
]
it.each(wrong)('refuses a file with %s, naming it', async (_title, change, message, dtype) => {
  const training = await smallTraining(await temporaryFolder())
  const tensors = parametersOf(training).toSorted(
    (a, b) => Number(b.name === 'emb_l.0.weight') - Number(a.name === 'emb_l.0.weight'),
  )
  const file = await writeTensors(join(training.workspace, 'init.safetensors'), change(tensors), dtype)
  await expect(trainHere(training, { initialParameters: file })).rejects.toMatchObject({
    data: { code: 'InvalidArgument', message: expect.stringMatching(message), file },
  })
})

it.each([NaN, Infinity])('refuses a file with a value of %s, which a ReLU would hide', async (value) => {
  const training = await smallTraining(await temporaryFolder())
  const file = join(training.workspace, 'init.safetensors')
  await writeTensors(file, parametersOf(training), 'F32', value)
  await expect(trainHere(training, { initialParameters: file })).rejects.toMatchObject({
    data: { code: 'InvalidArgument', message: expect.stringContaining(`has ${value} in `), file },
  })
})

it('says what is wrong with a path that is no file', async () => {
  const training = await smallTraining(await temporaryFolder())
  await expect(trainHere(training, { initialParameters: training.workspace })).rejects.toMatchObject({
    data: {
      code: 'InvalidArgument',
      message: expect.stringContaining('it is a folder'),
      file: training.workspace,
    },
  })
})

it('reads back the parameters of a checkpoint without its optimizer state only where they are named alike', async () => {
  const training = await smallTraining(await temporaryFolder(), { epochs: 1 })
  await trainHere(training)
  const checkpoint = join(training.workspace, 'checkpoints', RUN, '25.safetensors')
  expect((await readFile(checkpoint)).length).toBeGreaterThan(0)
  const again = await smallTraining(await temporaryFolder(), { epochs: 1 })
  await expect(trainHere(again, { initialParameters: checkpoint })).rejects.toThrow(
    /which the model does not have/,
  )
})
