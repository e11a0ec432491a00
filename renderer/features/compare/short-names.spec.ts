import { expect, it } from 'vitest'
import { shortNames } from './short-names.ts'

it('leaves out what all names begin with, up to the last shared word', () => {
  expect(shortNames(['DLRM, seed 0', 'DLRM, seed 1', 'DLRM, seed 12'], 8)).toEqual([
    '…seed 0',
    '…seed 1',
    '…seed 12',
  ])
  expect(shortNames(['model-a_lr_0.1', 'model-a_lr_0.2'], 8)).toEqual(['…lr_0.1', '…lr_0.2'])
})

it('keeps names that are short, that share no words, or that are alone', () => {
  for (const names of [
    ['seed 0', 'seed 1'],
    ['a long name of a run', 'another name'],
    ['a long name of a run'],
    [],
  ])
    expect(shortNames(names, 8)).toEqual(names)
})

it('never leaves a name empty, not even of equal names', () => {
  expect(shortNames(['DLRM, first try', 'DLRM, first try'], 8)).toEqual(['…first try', '…first try'])
})
