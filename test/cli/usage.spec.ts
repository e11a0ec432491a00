import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { commands } from '../../main/cli/commands/index.ts'
import { findCommand, parseArguments } from '../../main/cli/parse-arguments.ts'
import { runCommand, runForJson, type Failure } from '../helpers/command-line.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

describe('help', { timeout: 60_000 }, () => {
  it('lists every command', async () => {
    const { status, stdout, stderr } = await runCommand(await temporaryFolder(), '--help')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    for (const { name } of commands) expect(stdout).toContain(`  ${name} `)
  })

  it('of the first word of several commands lists these alone', async () => {
    const { status, stdout, stderr } = await runCommand(await temporaryFolder(), 'runs', '--help')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    for (const name of ['runs list', 'runs show', 'runs delete']) expect(stdout).toContain(`  ${name} `)
    expect(stdout).not.toContain('data list')
  })

  it('of a command names what it takes and makes no workspace', async () => {
    const workspace = await temporaryFolder()
    const { status, stdout } = await runCommand(workspace, 'predict', '--help')
    expect(status).toBe(0)
    expect(stdout).toContain('predict RUN [OPTIONS]')
    for (const option of ['--data', '--out', '--split', '--checkpoint', '--force', '--json']) {
      expect(stdout).toContain(`${option} `)
    }
    expect(await readdir(workspace)).toEqual([])
  })
})

it('refuses an empty workspace, as of a variable that is not set, instead of using another one', () => {
  const found = findCommand(commands, ['runs', 'list', '--workspace', ''])
  expect(() => found && parseArguments(found.command, found.following)).toThrow('--workspace is empty')
})

describe('wrong usage ends with status 2 and names what is wrong:', { timeout: 60_000 }, () => {
  it.each([
    [['fly'], 'fly'],
    [['data', 'fly'], 'data import'],
    [['train'], 'MODEL'],
    [['train', 'dlrm'], '--data'],
    [['train', 'dlrm', '--data', 'x', '--epochs', 'many'], '--epochs'],
    [['train', 'dlrm', '--data', 'x', '--epochs', '0'], '--epochs'],
    [['train', 'dlrm', '--data', 'x', '--optimizer', 'sgdx'], '--optimizer'],
    [['train', 'dlrm', '--data', 'x', '--colour', 'red'], '--colour'],
    [['train', 'dlrm', '--data', 'x', '--set', 'schedule.warmup=3'], 'schedule.warmup'],
    [['train', 'dlrm', '--data', 'x', '--set', 'dropout'], 'dropout'],
    [['plan', 'dlrm'], '--data'],
    [['plan', 'dlrm', '--data', 'x'], '--ranks'],
    [['cluster', 'rehearse', 'dlrm'], '--data'],
    [['cluster', 'rehearse', '--shape', 'kaggle', '--ranks', '1,0'], '--ranks'],
    [['data', 'import', 'x.csv'], '--name'],
    [['data', 'import', 'x.csv', '--name', 'x', '--schema', ''], '--schema is empty'],
    [['data', 'import', 'x.csv', '--name', 'x', '--split', 'half'], '--split'],
    [['data', 'import', 'x.csv', '--name', 'x', '--max-rejected', '2'], '--max-rejected'],
    [['data', 'import', 'x.csv', '--name', 'x', '--format', 'xls'], '--format'],
    [['sample', 'movielens-1b'], 'movielens-1b'],
    [['model', 'preset', 'gpt', '--data', 'x'], 'gpt'],
    [['compare', 'r-1'], 'two'],
    [['compare', 'r-1', 'r-1'], 'different'],
    [['data', 'import', 'x.csv', '--name', '../x'], '../x'],
    [['train', 'dlrm', '--data', 'x', '--learning-rate', '0'], 'greater than 0'],
    [['train', 'dlrm', '--data', 'x', '--seed', '-1'], '--seed=-VALUE'],
    [['predict', 'r-1'], '--out'],
    [['predict', 'r-1', '--out', 'p.csv'], '--data'],
    [['export', 'r-1', '--format', 'csv'], '--out'],
    [['export', 'r-1', '--out', 'x'], '--format'],
    [['export', 'r-1', '--out', 'x', '--format', 'pickle'], '--format'],
    [['runs', 'show'], 'RUN'],
    [['runs', 'show', 'r-1', 'r-2'], 'r-2'],
    [['bench', '--batch-size', '0'], '--batch-size'],
    [['bench', 'compare', 'b-1'], 'two'],
    [['bench', 'export', 'b-1'], '--out'],
    [['dlrm', '--', '--use-gpu'], '--use-gpu'],
    [['dlrm', '--', '--mini-batch-size=none'], '--mini-batch-size'],
  ])('%j', async (words, named) => {
    const { status, stdout, stderr } = await runCommand(await temporaryFolder(), ...words)
    expect(status).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(named)
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  it('says so as one JSON document with --json', async () => {
    const { status, json, stderr } = await runForJson<Failure>(await temporaryFolder(), 'train', 'dlrm')
    expect({ status, stderr }).toEqual({ status: 2, stderr: '' })
    expect(json.error).toMatchObject({ code: 'InvalidArgument', field: 'data' })
  })
})

describe('a failure ends with status 1 and a JSON document:', { timeout: 60_000 }, () => {
  it.each([
    [['data', 'show', 'nothing'], 'NotFound', 'nothing'],
    [['data', 'delete', '..'], 'NotFound', '..'],
    [['data', 'import', 'no-such.csv', '--name', 'x'], 'NotFound', 'no-such.csv'],
    [
      ['data', 'import', 'clicks.parquet', '--name', 'x', '--format', 'parquet'],
      'NotFound',
      'clicks.parquet',
    ],
    [['train', 'dlrm', '--data', 'nothing'], 'NotFound', 'nothing'],
    [['cluster', 'rehearse', '--shape', 'kaggle', '--memory', '8 apples'], 'InvalidArgument', '8 apples'],
    [['runs', 'show', 'r-nothing'], 'NotFound', 'r-nothing'],
    [['runs', 'delete', 'r-nothing'], 'NotFound', 'r-nothing'],
    [['stop', 'r-nothing'], 'NotFound', 'r-nothing'],
    [['resume', 'r-nothing'], 'NotFound', 'r-nothing'],
    [['compare', 'r-1', 'r-2'], 'NotFound', 'r-1'],
    [['predict', 'r-1', '--data', 'nothing', '--out', 'p.csv'], 'NotFound', 'nothing'],
    [['export', 'r-1', '--format', 'onnx', '--out', 'x'], 'Unsupported', 'ONNX'],
    [['bench', '--backend', 'tensorflow', '--precision', 'bf16'], 'Unsupported', 'TensorFlow'],
    [['bench', '--trace', '/no-such-folder/t.json'], 'Io', 'no-such-folder'],
    [['bench', 'show', 'b-nothing'], 'NotFound', 'b-nothing'],
    [['bench', 'import', 'no-such.json'], 'NotFound', 'no-such.json'],
    [['verify', 'no-such-folder'], 'NotFound', 'no-such-folder'],
  ])('%j', async (words, code, named) => {
    const { status, json, stderr } = await runForJson<Failure>(await temporaryFolder(), ...words)
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
    expect(json.error.code).toBe(code)
    expect(json.error.message).toContain(named)
    expect(json.error.message).not.toMatch(/^\s+at /m)
  })
})
