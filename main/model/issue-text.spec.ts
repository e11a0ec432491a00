import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { trainingConfig, defaultTrainingConfig } from '../contract/training.ts'
import { issueSentence, issueText } from './issue-text.ts'

function issueOf(schema: z.ZodType, value: unknown) {
  const [issue] = schema.safeParse(value).error?.issues ?? []
  if (!issue) throw new Error('The value is valid.')
  return issue
}

describe('what a schema has against a value', () => {
  it.each([
    [{ backend: 'torch' }, 'backend must be one of native or tensorflow.'],
    [{ epochs: 0 }, 'epochs must be at least 1.'],
    [{ epochs: 100_001 }, 'epochs must be at most 100,000.'],
    [{ epochs: 1.5 }, 'epochs must be a whole number.'],
    [{ epochs: 'two' }, 'epochs must be a number.'],
    [{ shuffle: 1 }, 'shuffle must be true or false.'],
    [{ seed: undefined }, 'seed is missing.'],
    [{ colour: 'red' }, 'This has no field colour.'],
    [
      { tables: { ...defaultTrainingConfig.tables, learningRate: 0 } },
      'tables.learningRate must be more than 0.',
    ],
    [{ tables: { ...defaultTrainingConfig.tables, beta1: 1 } }, 'tables.beta1 must be less than 1.'],
    [
      { dense: { ...defaultTrainingConfig.dense, kind: 'lion' } },
      'dense.kind must be one of sgd, adagrad, rowWiseAdagrad or adam.',
    ],
  ])('is a sentence that names the setting: %j', (change, sentence) => {
    expect(issueSentence(issueOf(trainingConfig, { ...defaultTrainingConfig, ...change }))).toBe(sentence)
  })

  it.each([
    [z.string().min(1), '', 'Must not be empty.'],
    [z.string().max(3), 'abcd', 'Must have at most 3 characters.'],
    [z.array(z.int()).min(2), [1], 'Must have at least 2 entries.'],
    [z.literal('bce'), 'mse', 'Must be bce.'],
    [z.number().multipleOf(8), 12, 'Must be a multiple of 8.'],
    [z.union([z.number(), z.boolean()]), 'x', 'Must be a number or must be true or false.'],
    [z.string().refine(() => false, 'Choose another name'), 'x', 'Choose another name.'],
  ])('is a sentence below its field, with a schema’s own words where it has some', (schema, value, text) => {
    expect(issueText(issueOf(schema, value))).toBe(text)
  })

  it('never shows the library’s words, whatever is wrong', () => {
    const values = [null, undefined, 0, -1, 1e300, Number.NaN, '', 'x', [], {}, true]
    for (const key of Object.keys(trainingConfig.shape)) {
      for (const value of values) {
        const parsed = trainingConfig.safeParse({ ...defaultTrainingConfig, [key]: value })
        for (const issue of parsed.error?.issues ?? [])
          expect(issueSentence(issue)).not.toMatch(/Invalid|expected|Too (small|big)|>=|<=|received/)
      }
    }
  })
})
