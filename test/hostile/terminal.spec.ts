/** Names from files that could control a terminal: no command prints them raw, and no message has a megabyte. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openStudioDatabase } from '../../db/index.ts'
import { StudioError, toErrorData } from '../../main/contract/errors.ts'
import { printable, printableLines } from '../../main/contract/printable.ts'
import { nativeAddon } from '../../native/index.ts'
import { runCommand } from '../helpers/command-line.ts'
import { sampleModel } from '../helpers/sample-run.ts'
import { storedWorkspace } from '../helpers/stored-workspace.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** Colours, window title and clipboard, 8-bit CSI, overwriting, reversed reading, separate lines. */
const HOSTILE =
  'a\u001b[31m\u001b]0;title\u0007\u001b]52;c;aGk=\u0007\u009b2J\rb\bc\u007f\u202egnp.exe\u2066\u2028d\u0000\tе'
const RAW =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/

/** A safetensors file with one tensor of this name, which no model has. */
function tensorNamed(name: string): Buffer {
  const header = Buffer.from(JSON.stringify({ [name]: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([length, header, Buffer.alloc(4)])
}

describe('the terminal', () => {
  it('gets no control characters of names in files, from any command', async () => {
    const workspace = await temporaryFolder()
    const run = await storedWorkspace(workspace)
    const database = openStudioDatabase(join(workspace, 'studio.db'))
    database.runs.patch(run, { name: HOSTILE, notes: HOSTILE })
    database.tags.replace(run, [HOSTILE])
    database.saveUpdate(run, { points: [], lines: [{ at: '2026-01-01', level: 'info', message: HOSTILE }] })
    expect(database.log.after(run, 0, 1000).at(-1)?.message).not.toMatch(RAW)
    database.close()
    const file = (name: string) => join(workspace, name)
    const model = sampleModel()
    model.name = HOSTILE
    model.nodes[0] = { id: 'dense', kind: 'denseInput', columns: [HOSTILE] }
    await writeFile(file('model.json'), JSON.stringify(model))
    await writeFile(file('odd.json'), JSON.stringify({ [HOSTILE]: HOSTILE }))
    await writeFile(file('init.safetensors'), tensorNamed(HOSTILE))
    await writeFile(
      file('odd.csv'),
      `label,${HOSTILE.replaceAll('\r', '')}\n1,x\n${HOSTILE.replaceAll('\r', '')},y\n`,
    )
    for (const words of [
      ['runs', 'list'],
      ['runs', 'show', run],
      ['runs', 'show', HOSTILE.replaceAll('\u0000', '')],
      ['export', run, '--format', 'csv', '--out', join(workspace, 'none', 'x\u001b[2J')],
      ['model', 'check', file('model.json'), '--data', 'clicks'],
      ['model', 'check', file('odd.json'), '--data', 'clicks'],
      ['model', 'diff', file('model.json'), file('model.json')],
      ['bench', 'import', file('odd.json')],
      ['train', 'dlrm', '--data', 'clicks', '--init', file('init.safetensors')],
      ['data', 'import', file('odd.csv'), '--name', 'odd'],
      ['data', 'show', 'x\u001b]0;t\u0007'],
      ['x\u001b[2J'],
    ])
      for (const json of [[], ['--json']]) {
        const { stdout, stderr } = await runCommand(workspace, ...words, ...json)
        expect(stdout + stderr).not.toMatch(RAW)
        if (json.length > 0) JSON.parse(stdout)
      }
  }, 120_000)

  it('leaves JSON the JSON it was', () => {
    const text = JSON.stringify({ [HOSTILE]: [HOSTILE, 'Київ 👩‍👩‍👧 العربية'] }, null, 2)
    expect(JSON.parse(printableLines(text))).toEqual(JSON.parse(text))
    expect(printableLines(text)).not.toMatch(RAW)
    expect(printable('Київ 👩‍👩‍👧 العربية')).toBe('Київ 👩‍👩‍👧 العربية')
  })
})

describe('messages', () => {
  const huge = `${HOSTILE}${'x'.repeat(1 << 20)}`

  it.each([
    [
      'of services',
      () =>
        new StudioError('NotFound', `There is no ${huge}.`, { file: huge, field: huge, details: { huge } })
          .data,
    ],
    ['of other programs', () => toErrorData(new Error(huge))],
    ['of the native engine', () => toErrorData(thrownBy(() => nativeAddon().openDataset(huge)))],
  ])('%s are escaped and bounded', (_whose, made) => {
    const data = made()
    expect(JSON.stringify(data).length).toBeLessThan(12_000)
    expect(data.message).not.toMatch(RAW)
  })

  it('name a tensor of a megabyte in a sentence that can be read', async () => {
    const workspace = await temporaryFolder()
    await storedWorkspace(workspace)
    await writeFile(join(workspace, 'init.safetensors'), tensorNamed(huge))
    const { status, stdout, stderr } = await runCommand(
      ...([
        workspace,
        'train',
        'dlrm',
        '--data',
        'clicks',
        '--init',
        join(workspace, 'init.safetensors'),
      ] as const),
    )
    expect(status).toBe(1)
    expect(stdout.length + stderr.length).toBeLessThan(20_000)
    const file = new Database(join(workspace, 'studio.db'), { readonly: true })
    expect(file.prepare('SELECT max(length(error)) FROM runs').pluck().get()).toBeLessThan(10_000)
    file.close()
  })
})

function thrownBy(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
