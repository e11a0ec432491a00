/** Mistakes are reported at their node and field, and no document with a mistake reaches an engine. */
import { describe, expect, it } from 'vitest'
import { checkDocument } from '../../main/model/check.ts'
import type { ModelProblem } from '../../main/model/document.ts'
import { parseDocument } from '../../main/model/parse.ts'
import { compilePlan, ModelError } from '../../main/model/plan.ts'
import { breaks, type Broken } from '../helpers/broken-documents.ts'
import { Draws, randomColumns, randomDocument } from '../helpers/random-documents.ts'

const COUNT = 1000
const ways = Object.keys(breaks)

/** The seed chooses the way to break it. If that does not apply, the next one is used. */
function brokenDocument(seed: number): { way: string; broken: Broken } {
  for (let turn = 0; turn < ways.length; turn++) {
    const way = ways[(seed + turn) % ways.length] ?? ''
    const broken = breaks[way]?.(structuredClone(randomDocument(seed)), new Draws(seed))
    if (broken) return { way, broken }
  }
  throw new Error(`Nothing breaks the document of seed ${seed}.`)
}

/** Like everything that trains: text is parsed, then compiled. */
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
      // A loss that is read also closes a cycle, which is reported at its first node.
      if (!document || way === 'a loss as a source') continue
      const errors = checkDocument(document, randomColumns).problems.filter(
        ({ severity }) => severity === 'error',
      )
      expect([...new Set(errors.map(({ node }) => node))], `${way}, seed ${seed}`).toEqual([broken.node])
    }
  })
})
