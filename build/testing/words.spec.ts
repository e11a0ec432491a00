import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const glossary = readFileSync(new URL('docs/glossary.md', root), 'utf8')

/** The identifiers that a paragraph of the glossary names, which begins with `beginning` after any other words. */
function namedIn(beginning: string): string[] {
  const from = glossary.indexOf(beginning)
  expect(from).toBeGreaterThan(0)
  const paragraph = glossary.slice(from + beginning.length, glossary.indexOf('\n\n', from))
  return [...paragraph.matchAll(/`(\w+)`/g)].flatMap(([, word]) => word ?? [])
}

const files = globSync('{electron,main,db,native,renderer,build,test}/**/*.{ts,mts,mjs,vue,rs,sql}', {
  cwd: fileURLToPath(root),
  exclude: (name) => name === 'target' || name === 'node_modules',
})
const sources = files.map((file) => ({ file, text: readFileSync(new URL(file, root), 'utf8') }))

/** Where a pattern matches, as file:line. */
const linesWith = (pattern: RegExp): string[] =>
  sources.flatMap(({ file, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}`] : [])),
  )

describe('words that the glossary has replaced', () => {
  it('are in no source file', () => {
    const words = namedIn('these identifiers are in no source file:')
    expect(words.length).toBeGreaterThan(30)
    expect(linesWith(new RegExp(`\\b(${words.join('|')})\\b`))).toEqual([])
  })

  it('are no names of types where they are also ordinary words', () => {
    const words = namedIn('that no type is called')
    const declarations = '(class|enum|interface|struct|trait|type)'
    expect(linesWith(new RegExp(`\\b${declarations} (${words.join('|')})\\b`))).toEqual([])
  })

  it('are found where they are', () => {
    expect(sources.length).toBeGreaterThan(1000)
    expect(linesWith(/\bglossary\.indexOf\b/).map((line) => line.split(':')[0])).toContain(
      'build/testing/words.spec.ts',
    )
  })
})
