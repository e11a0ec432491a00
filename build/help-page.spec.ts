import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compileHelpPage, slugOf } from './help-page.mjs'
import type { HelpElement, HelpNode } from '../renderer/features/help/help-page.ts'
import { sectionsOf } from '../renderer/features/help/help-page.ts'
import { appPageOf, contentsOf, FIRST_PAGE, helpPlace } from '../renderer/features/help/help-contents.ts'

const DOCS = join(import.meta.dirname, '..', 'docs')
const ROUTER = join(import.meta.dirname, '..', 'renderer', 'app', 'router.ts')

const files = readdirSync(DOCS).filter((name) => name.endsWith('.md'))
const pages = files.map((name) => {
  const { page, images, problems } = compileHelpPage(readFileSync(join(DOCS, name), 'utf8'), join(DOCS, name))
  return { ...page, images, problems }
})
const places = new Set(
  pages.flatMap((page) =>
    sectionsOf(page).map(({ section }) => (section ? `${page.id}#${section}` : page.id)),
  ),
)

function elements(nodes: readonly HelpNode[]): HelpElement[] {
  return nodes.flatMap((node) => (typeof node === 'string' ? [] : [node, ...elements(node.children)]))
}
const compiled = (markdown: string) => compileHelpPage(`# Title\n\n${markdown}`, 'docs/page.md')

describe('the help', () => {
  it.each(pages.map((page) => [page.id, page] as const))(
    'has no dead link and no missing picture: %s',
    (_, page) => {
      expect(page.problems).toEqual([])
      for (const image of page.images) expect(existsSync(join(DOCS, image)), image).toBe(true)
      for (const { tag, attributes } of elements(page.children)) {
        if (tag !== 'a' || attributes?.page === undefined) continue
        const place = attributes.section ? `${attributes.page}#${attributes.section}` : attributes.page
        expect(places, place).toContain(place)
      }
    },
  )

  it('has a section for every page of the app, and lists every page once', () => {
    const router = readFileSync(ROUTER, 'utf8')
    const titles = [...router.matchAll(/meta: \{[^}]*title: '([^']+)'/g)].map(([, title]) => title)
    const wanted = [...router.matchAll(/help: '([^']+)'/g)].map(([, place]) => place ?? '')
    // The help itself needs none.
    expect(wanted).toHaveLength(titles.length - 1)
    for (const place of wanted) {
      const { page, section } = helpPlace(place)
      expect(places).toContain(section ? `${page}#${section}` : page)
    }
    const listed = contentsOf(pages).flatMap((group) => group.pages.map(({ id }) => id))
    expect(listed.toSorted()).toEqual(files.map((name) => basename(name, '.md')).toSorted())
    expect(listed[0]).toBe(FIRST_PAGE)
    for (const id of Object.keys(appPageOf)) expect(listed).toContain(id)
  })
})

describe('a compiled page', () => {
  it('has texts as they are written, whatever HTML would make of them', () => {
    const { page } = compiled('Less < more & `a <b> & "c"`\n\n    x < y && z\n')
    expect(page.children).toEqual([
      { tag: 'p', children: ['Less < more & ', { tag: 'code', children: ['a <b> & "c"'] }] },
      { tag: 'pre', children: [{ tag: 'code', children: ['x < y && z'] }] },
    ])
  })

  it('has links to pages, sections and outside, and pictures by number', () => {
    const { page, images } = compiled(
      '[a](other.md#part) [b](#here) [c](https://example.org) ![d](images/d.png) [e](../main/engine.ts)',
    )
    const [paragraph] = page.children
    expect(elements([paragraph!]).slice(1)).toEqual([
      { tag: 'a', attributes: { page: 'other', section: 'part' }, children: ['a'] },
      { tag: 'a', attributes: { page: 'page', section: 'here' }, children: ['b'] },
      { tag: 'a', attributes: { outside: 'https://example.org' }, children: ['c'] },
      { tag: 'img', attributes: { image: 0, alt: 'd' }, children: [] },
      { tag: 'span', children: ['e'] },
    ])
    expect(images).toEqual(['images/d.png'])
  })

  it.each([
    ['<b>bold</b>', 'cannot show html'],
    ['<script>alert(1)</script>', 'cannot show html'],
    ['[x](javascript:alert(1))', 'leads nowhere'],
    ['[x](http://example.org)', 'leads nowhere'],
  ])('shows only the text of %s, and says so', (markdown, reason) => {
    const { page, problems } = compiled(markdown)
    expect(problems.join()).toContain(reason)
    expect(elements(page.children).map(({ tag }) => tag)).not.toContain('a')
    expect(elements(page.children).every(({ tag }) => ['p', 'span'].includes(tag))).toBe(true)
  })

  it('has the anchors that GitHub gives', () => {
    expect(slugOf('A dataset’s page')).toBe('a-datasets-page')
    expect(slugOf('Up to 4,096 ranks')).toBe('up-to-4096-ranks')
    expect(slugOf('On a GPU')).toBe('on-a-gpu')
  })
})
