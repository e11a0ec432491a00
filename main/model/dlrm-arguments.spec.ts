import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { FlagError, parseDlrmArguments, parseDlrmModel } from './dlrm-arguments.ts'
import { mixedDimensions, roundHalfEven } from './mixed-dimensions.ts'
import { compilePlan } from './plan.ts'

const commands = JSON.parse(
  readFileSync(new URL('../../test/fixtures/reference/dlrm_commands.json', import.meta.url), 'utf8'),
) as { arguments: string }[]

describe('parseDlrmArguments', () => {
  it('has the reference’s defaults', () => {
    const command = parseDlrmArguments([])
    expect(command.training).toMatchObject({ optimizer: 'sgd', learningRate: 0.01, epochs: 1 })
    expect(command.data).toMatchObject({ seed: 123, batchSize: 1, rows: 1, indicesPerLookup: 10 })
    const plan = compilePlan(command.document, command.columns)
    const shapes = plan.parameters.map(({ name, shape }) => `${name} ${shape.join('x')}`)
    expect(shapes).toContain('emb_l.0.weight 4x2')
    expect(shapes).toContain('top_l.0.weight 4x8')
  })

  it.each(commands.map((command) => command.arguments))('makes a plan of %s', (text) => {
    const command = parseDlrmArguments(text.split(' '))
    expect(compilePlan(command.document, command.columns).operations.length).toBeGreaterThan(5)
  })

  it('takes a value after the flag as well as behind =', () => {
    expect(parseDlrmArguments(['--data-size', '6', '--rand-data-mu', '-1'])).toEqual(
      parseDlrmArguments(['--data-size=6', '--rand-data-mu=-1']),
    )
  })

  it('reads False as false', () => {
    expect(parseDlrmArguments(['--round-targets=False']).data.roundTargets).toBe(false)
    expect(parseDlrmArguments(['--round-targets=True']).data.roundTargets).toBe(true)
  })

  it('builds quotient-remainder and mixed-dimension tables above their thresholds', () => {
    const names = (text: string) => {
      const { document, columns } = parseDlrmArguments(text.split(' '))
      return compilePlan(document, columns).parameters.map((parameter) => parameter.name)
    }
    const pair = names('--qr-flag --qr-threshold=3 --arch-embedding-size=10-3')
    expect(pair).toEqual(expect.arrayContaining(['emb_l.0.weight_q', 'emb_l.0.weight_r', 'emb_l.1.weight']))
    const mixed = names('--md-flag --md-threshold=0 --arch-embedding-size=1000-1')
    expect(mixed).toEqual(expect.arrayContaining(['emb_l.0.proj.weight', 'emb_l.1.embs.weight']))
    expect(mixed).not.toContain('emb_l.1.proj.weight')
  })

  it.each([
    [['--use-gpu'], '--use-gpu'],
    [['--inference-only'], '--inference-only'],
    [['--data-generation=dataset'], '--data-generation'],
    [['--no-such-flag=1'], '--no-such-flag'],
    [['--mini-batch-size'], '--mini-batch-size'],
    [['--mini-batch-size=many'], '--mini-batch-size'],
    [['--arch-mlp-bot=4-x'], '--arch-mlp-bot'],
    [['--learning-rate='], '--learning-rate'],
    [['--round-targets=maybe'], '--round-targets'],
    [['--qr-flag=True'], '--qr-flag'],
    [['--lr-num-warmup-steps=5'], '--lr-decay-start-step'],
    [['stray'], 'stray'],
    [['--constructor=1'], '--constructor'],
  ])('names the flag in %j that it refuses', (words, flag) => {
    try {
      parseDlrmArguments(words)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(FlagError)
      expect((error as FlagError).flag).toBe(flag)
    }
  })
})

describe('parseDlrmModel', () => {
  const flags =
    '--arch-embedding-size=10-20 --arch-sparse-feature-size 4 --arch-mlp-bot=3-4 --arch-mlp-top=6-1'

  it('takes a command as it stands in a shell', () => {
    const pasted = `python -u dlrm_s_pytorch.py --arch-embedding-size="10-20" \\
      --arch-sparse-feature-size 4   --arch-mlp-bot='3-4' \\\r\n --arch-mlp-top=6\\-1`
    expect(parseDlrmModel(pasted).document).toEqual(parseDlrmArguments(flags.split(' ')).document)
  })

  it('leaves aside what says nothing of the model, and names what is not carried out', () => {
    const { document, leftAside } = parseDlrmModel(
      `${flags} --data-generation=dataset --data-set=kaggle --use-gpu --mini-batch-size=128 --test-freq=1024`,
    )
    expect(document).toEqual(parseDlrmModel(flags).document)
    expect(leftAside).toEqual(['--data-set', '--use-gpu', '--test-freq'])
  })

  it.each([
    ['python dlrm_s_pytorch.py', 'the command line'],
    ['--arch-mlp-bot=4-x', '--arch-mlp-bot'],
    [`${flags} | tee log`, '|'],
    ['--no-such-flag', '--no-such-flag'],
  ])('refuses %j by name', (text, flag) => {
    expect(() => parseDlrmModel(text)).toThrow(FlagError)
    expect(() => parseDlrmModel(text)).toThrow(flag)
  })
})

describe('mixedDimensions', () => {
  it('gives the reference’s widths', () => {
    expect(mixedDimensions([40, 7, 300, 1, 25], 8, 0.3, true)).toEqual([4, 4, 1, 8, 4])
  })
})

describe('roundHalfEven', () => {
  it.each([
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [2.4999, 2],
    [-0.5, 0],
    [-1.5, -2],
  ])('rounds %d to %d', (value, rounded) => {
    expect(roundHalfEven(value) + 0).toBe(rounded)
  })
})
