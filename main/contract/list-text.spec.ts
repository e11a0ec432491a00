import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { listTokens } from './list-text.ts'

const fixture = new URL('../../native/dataset/tests/fixtures/lists.json', import.meta.url)
const cases = z
  .array(
    z.object({
      text: z.string(),
      separator: z.string(),
      brackets: z.boolean(),
      tokens: z.array(z.string()),
    }),
  )
  .parse(JSON.parse(readFileSync(fixture, 'utf8')))

it.each(cases)('the list $text split at "$separator" has the values that an import finds', (list) => {
  expect(listTokens(list.text, list)).toEqual(list.tokens)
})
