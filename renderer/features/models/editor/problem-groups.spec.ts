import { describe, expect, it } from 'vitest'
import { checkDocument } from '../../../../main/model/check.ts'
import type { BoundColumns, ModelDocument, ModelProblem } from '../../../../main/model/document.ts'
import { newNode } from '../../../../main/model/editing/new-node.ts'
import { presetDocument } from '../../../../main/model/presets/index.ts'
import { fixOf } from './problem-fixes.ts'
import { problemGroups } from './problem-groups.ts'

const columnsOf = (count: number, name = 'c'): BoundColumns => ({
  dense: [],
  sparse: Array.from({ length: count }, (_, at) => ({
    name: `${name}${at}`,
    cardinality: 50,
    multiValued: false,
  })),
})
const groupsOf = (document: ModelDocument, columns: BoundColumns | null) =>
  problemGroups(checkDocument(document, columns).problems)

/** The problems that are left once the one fix of a document's only kind of problem was applied. */
function mended(document: ModelDocument, columns: BoundColumns | null, text: RegExp): ModelProblem[] {
  const [group, ...others] = groupsOf(document, columns)
  expect(others).toEqual([])
  const fix = fixOf(group!, document, columns)
  expect(fix?.text).toMatch(text)
  return checkDocument(fix!.change(document), columns).problems
}

describe('problems of one kind', () => {
  it('are one line with a count, however many there are', () => {
    const document = presetDocument('dlrm', columnsOf(288))
    const [group, ...others] = groupsOf(document, columnsOf(300, 'd'))
    expect(others).toEqual([])
    expect(group!.problems).toHaveLength(288)
    expect(group!.message).toMatch(
      /no sparse column 'c0', 'c1', 'c2' and 285 more\. It has 'd0', .* and 295 more\./,
    )
  })

  it('stay apart where they say different things or are of another severity', () => {
    const problem = (severity: 'error' | 'warning', message: string) => ({
      severity,
      node: 'a',
      field: null,
      message,
    })
    const groups = problemGroups([
      problem('error', "'a' is wrong: use 3."),
      problem('error', "'b' is wrong: use 17."),
      problem('warning', "'b' is wrong: use 17."),
      problem('error', "'b' is odd."),
    ])
    expect(groups.map(({ message, problems }) => [message, problems.length])).toEqual([
      ["'a', 'b' is wrong: use 3, 17.", 2],
      ["'b' is wrong: use 17.", 1],
      ["'b' is odd.", 1],
    ])
  })
})

describe('a fix', () => {
  const columns = columnsOf(3)
  const preset = presetDocument('dlrm', columns)
  const withTables = (change: object) => ({
    ...preset,
    nodes: preset.nodes.map((node) => (node.kind === 'embedding' ? { ...node, ...change } : node)),
  })

  it('binds the columns of all tables', () => {
    expect(mended(preset, columnsOf(5, 'd'), /^Bind the columns$/)).toEqual([])
  })

  it('deletes what is not connected to the loss', () => {
    const nodes = [1, 2, 3].map((at) => ({ ...newNode('embedding', preset, columns), id: `extra${at}` }))
    const document = { ...preset, nodes: [...preset.nodes, ...nodes] }
    expect(mended(document, columns, /^Delete 3 unconnected nodes$/)).toEqual([])
  })

  it('sets what is wrong in one way everywhere', () => {
    expect(mended(withTables({ rowWeights: 'learned', pooling: 'mean' }), columns, /pooling to sum/)).toEqual(
      [],
    )
    expect(mended(withTables({ compression: { kind: 'hash', rows: 900 } }), columns, /hashing off/)).toEqual(
      [],
    )
  })

  it('is not offered where a person has to decide', () => {
    const unconnected = { ...preset, nodes: preset.nodes.filter(({ kind }) => kind === 'loss') }
    const [group] = groupsOf(unconnected, columns)
    expect(fixOf(group!, unconnected, columns)).toBeNull()
    const [missing] = groupsOf(preset, columnsOf(0))
    expect(fixOf(missing!, preset, columnsOf(0))).toBeNull()
  })
})
