import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { BoundColumns } from './document.ts'
import { FlagError, modelOfDlrmFlags, parseDlrmArguments, parseDlrmModel } from './dlrm-arguments.ts'
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

  it.each([
    ['True', true, false],
    ['False', true, true],
    ['0', true, true],
    ['1', true, false],
    ['maybe', true, false],
    ['', false, false],
  ])('reads the truth of %j as argparse does, and says so where that surprises', (text, truth, said) => {
    for (const [flag, field] of [
      ['round-targets', 'roundTargets'],
      ['num-indices-per-lookup-fixed', 'fixedIndices'],
      ['data-trace-enable-padding', 'tracePadding'],
    ] as const) {
      const { data, notes } = parseDlrmArguments([`--${flag}=${text}`])
      expect(data[field]).toBe(truth)
      expect(notes).toEqual(said ? [expect.stringContaining(`--${flag}=${text} is read as true`)] : [])
    }
  })

  it('takes what argparse takes for numbers, and short names', () => {
    const written = ['--data-si', ' +1_000 ', '--rand-data-mu', '-.5', '--learning-r=1e-2', '--nep=2']
    expect(parseDlrmArguments(written)).toEqual(
      parseDlrmArguments(['--data-size=1000', '--rand-data-mu=-0.5', '--learning-rate=0.01', '--nepochs=2']),
    )
  })

  it('leaves aside what the reference does with random data, and says so', () => {
    const words = [
      '--max-ind-range=1000',
      '--data-set=terabyte',
      '--activation-function=tanh',
      '--memory-map',
    ]
    const { notes, ...command } = parseDlrmArguments(words)
    const { notes: none, ...plain } = parseDlrmArguments([])
    expect({ command, none }).toEqual({ command: plain, none: [] })
    expect(notes).toEqual([
      'No effect on such data, as in the reference: --max-ind-range, --data-set, --activation-function.',
    ])
  })

  it('says before it trains that the losses are not the reference’s where PyTorch draws the start', () => {
    const notesOf = (text: string) => parseDlrmArguments(text.split(' ')).notes
    const tables = '--qr-threshold=3 --arch-embedding-size=10-3'
    expect(notesOf(`--qr-flag ${tables}`)).toEqual([
      expect.stringContaining('--qr-flag: the losses are not the reference'),
    ])
    expect(notesOf('--md-flag --md-threshold=0 --arch-embedding-size=1000-1')).toEqual([
      expect.stringContaining('--md-flag: the losses are not the reference'),
    ])
    // No table is large enough to be another one than without the flag.
    expect(notesOf('--qr-flag')).toEqual([])
    expect(notesOf('--md-flag')).toEqual([])
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
    [['--round-targets'], '--round-targets'],
    [['--data-size', '--nepochs=2'], '--data-size'],
    [['--print=1'], '--print'],
    [['--rand-data-mu', '-1e-3'], '--rand-data-mu'],
    [['--learning-rate=0x10'], '--learning-rate'],
    [['--data-size=1.0'], '--data-size'],
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

const kaggle =
  'python dlrm_s_pytorch.py --arch-sparse-feature-size=16 --arch-mlp-bot=13-512-256-64-16 ' +
  '--arch-mlp-top=512-256-1 --data-generation=dataset --data-set=kaggle --raw-data-file=./input/train.txt ' +
  '--processed-data-file=./input/kaggleAdDisplayChallenge_processed.npz --loss-function=bce ' +
  '--round-targets=True --learning-rate=0.1 --mini-batch-size=128 --print-freq=1024 --print-time ' +
  '--test-mini-batch-size=16384 --test-num-workers=16'

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

  it('takes the columns of a Criteo dataset where no table is described', () => {
    const { columns } = parseDlrmModel(kaggle)
    expect([columns.dense.length, columns.sparse.length]).toEqual([13, 26])
    expect(() => parseDlrmModel(`${kaggle} --qr-flag`)).toThrow('--qr-flag: it depends on how many rows')
  })

  it('takes a dataset’s columns, however many tables the flags describe', () => {
    const bound: BoundColumns = {
      dense: ['hour', 'price'],
      sparse: [
        { name: 'user', cardinality: 5000, multiValued: false },
        { name: 'item', cardinality: 30, multiValued: true },
      ],
    }
    const flags = [...kaggle.split(' ').slice(2), '--max-ind-range=1000', '--arch-embedding-size=4-3-2']
    const { document, leftAside, training } = modelOfDlrmFlags(flags, bound)
    expect(leftAside).not.toContain('--max-ind-range')
    expect(training).toMatchObject({ optimizer: 'sgd', learningRate: 0.1, batchSize: 128 })
    const { parameters } = compilePlan(document, bound)
    const shapes = parameters.map(({ name, shape }) => `${name} ${shape.join('x')}`)
    expect(shapes).toEqual(
      expect.arrayContaining(['emb_l.0.weight 1000x16', 'emb_l.1.weight 30x16', 'bot_l.0.weight 512x2']),
    )
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
