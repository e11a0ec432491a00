/** Mistakes are told at their place, and no document with one reaches an engine. */
import { describe, expect, it } from 'vitest'
import { checkDocument } from '../../main/model/check.ts'
import type { ModelProblem } from '../../main/model/document.ts'
import { parseDocument } from '../../main/model/parse.ts'
import { compilePlan, ModelError } from '../../main/model/plan.ts'
import { breaks, type Broken } from '../helpers/broken-documents.ts'
import { Draws, randomColumns, randomDocument } from '../helpers/random-documents.ts'

const COUNT = 1000
const ways = Object.keys(breaks)

/** The way to break it is chosen by the seed; where it does not suit, the next one. */
function brokenDocument(seed: number): { way: string; broken: Broken } {
  for (let turn = 0; turn < ways.length; turn++) {
    const way = ways[(seed + turn) % ways.length] ?? ''
    const broken = breaks[way]?.(structuredClone(randomDocument(seed)), new Draws(seed))
    if (broken) return { way, broken }
  }
  throw new Error(`Nothing breaks the document of seed ${seed}.`)
}

/** As everything that trains does: text is read, then compiled. */
function errorsOf(document: unknown): ModelProblem[] {
  const { document: parsed, problems } = parseDocument(JSON.stringify(document))
  if (!parsed) return problems
  try {
    compilePlan(parsed, randomColumns)
  } catch (error) {
    if (error instanceof ModelError) return error.problems
    throw error
  }
  return []
}

describe('a broken document', () => {
  it(`of ${COUNT} is refused, with the node, the field and the reason`, () => {
    const used = new Map<string, number>()
    for (let seed = 0; seed < COUNT; seed++) {
      const { way, broken } = brokenDocument(seed)
      used.set(way, (used.get(way) ?? 0) + 1)
      const errors = errorsOf(broken.document)
      const right = errors.filter(
        ({ node, field, message }) =>
          node === broken.node &&
          (broken.field === null || field === broken.field) &&
          broken.reason.test(message),
      )
      expect(right.length, `${way}, seed ${seed}: ${JSON.stringify(errors)}`).toBeGreaterThan(0)
    }
    expect([...used.keys()].sort()).toEqual([...ways].sort())
  })

  it('has errors where the mistake is and nowhere else', () => {
    for (let seed = 0; seed < COUNT; seed++) {
      const { way, broken } = brokenDocument(seed)
      const { document } = parseDocument(JSON.stringify(broken.document))
      // A loss that is read closes a cycle as well, which is told where it begins.
      if (!document || way === 'a loss as a source') continue
      const errors = checkDocument(document, randomColumns).problems.filter(
        ({ severity }) => severity === 'error',
      )
      expect([...new Set(errors.map(({ node }) => node))], `${way}, seed ${seed}`).toEqual([broken.node])
    }
  })
})
