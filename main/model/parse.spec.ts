import { describe, expect, it } from 'vitest'
import { MAX_DOCUMENT_BYTES, MODEL_FORMAT } from './document.ts'
import { jsonErrorPosition } from './json-position.ts'
import { parseDocument } from './parse.ts'

const smallest = {
  format: MODEL_FORMAT,
  version: 1,
  name: 'smallest',
  nodes: [{ id: 'dense', kind: 'denseInput', columns: ['age'] }],
}

describe('parseDocument', () => {
  it('reads a valid document from text and from data', () => {
    expect(parseDocument(JSON.stringify(smallest)).document?.name).toBe('smallest')
    expect(parseDocument(smallest).problems).toEqual([])
  })

  it('reports line and column if text is not JSON', () => {
    const { problems } = parseDocument('{\n  "format": oops\n}')
    expect(problems[0]?.message).toContain('line 2, column 13')
  })

  it('reports the position in text after a byte order mark as well', () => {
    const { problems } = parseDocument('\uFEFF{\n  "format": oops\n}')
    expect(problems[0]?.message).toContain('line 2, column 13')
  })

  it('refuses a newer version by saying so', () => {
    expect(parseDocument({ ...smallest, version: 2 }).problems[0]?.message).toContain('newer version')
  })

  it('reports a schema error with its node and field', () => {
    const wrong = { ...smallest, nodes: [{ id: 'bot', kind: 'mlp', inputs: { input: [] }, widths: [4, -1] }] }
    const { problems } = parseDocument(wrong)
    expect(problems).toContainEqual(expect.objectContaining({ node: 'bot', field: 'widths.1' }))
  })

  it('names an unnamed node by its index', () => {
    expect(parseDocument({ ...smallest, nodes: [{ kind: 'sum' }] }).problems[0]?.node).toBe('nodes[0]')
  })

  it('refuses text beyond the size limit before reading it', () => {
    expect(parseDocument(' '.repeat(MAX_DOCUMENT_BYTES + 1)).problems[0]?.message).toContain('8.4 MB')
  })

  it.each([[null], [[]], [7], ['[]'], ['']])('refuses %j as no document', (source) => {
    const { document, problems } = parseDocument(source)
    expect(document).toBeNull()
    expect(problems).toHaveLength(1)
  })
})

describe('jsonErrorPosition', () => {
  it.each([
    ['{"a":1,}', 1, 8],
    ['{"a":1', 1, 7],
    ['[1 2]', 1, 4],
    ['{"a":\n[tru]}', 2, 2],
    ['{} x', 1, 4],
    ['{"a":"b\tc"}', 1, 6],
  ])('finds where %j goes wrong', (text, line, column) => {
    expect(jsonErrorPosition(text)).toEqual({ line, column })
  })
})
