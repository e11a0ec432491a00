/**
 * Compiles a page of docs/ for the help in the window, when the window is built. The page becomes a tree of elements of an
 * allow-list, which the window turns into its own: no HTML is ever parsed there, and pictures are files of the bundle.
 */
import { basename } from 'node:path'
import { lexer } from 'marked'

/** What GitHub makes of a heading, so that the same links work there. */
export function slugOf(text) {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-')
}

const element = (tag, children, attributes) => ({ tag, ...(attributes && { attributes }), children })

/** The text of a tree, for the search and for anchors. */
export function textOf(node) {
  if (typeof node === 'string') return node
  if (Array.isArray(node)) return node.map(textOf).join('')
  return textOf(node.children)
}

/**
 * The tree of a page. `images` are the files that it shows, in the order of their numbers in the tree. `problems` name what the
 * window cannot show: it has only the text of that, and a test fails.
 */
export function compileHelpPage(markdown, file) {
  const images = []
  const problems = []
  /** Shows the text instead. */
  const instead = (text, problem) => {
    problems.push(problem)
    return [text]
  }

  function inline(tokens) {
    return (tokens ?? []).flatMap((token) => {
      switch (token.type) {
        case 'text':
          return token.tokens ? inline(token.tokens) : [token.text]
        case 'escape':
          return [token.text]
        case 'strong':
        case 'em':
        case 'del':
          return [element(token.type, inline(token.tokens))]
        case 'codespan':
          return [element('code', [token.text])]
        case 'br':
          return [element('br', [])]
        case 'link':
          return [link(token)]
        case 'image':
          images.push(token.href)
          return [element('img', [], { image: images.length - 1, alt: token.text })]
        default:
          return instead(token.raw, `The help cannot show ${token.type}: ${token.raw.trim()}`)
      }
    })
  }

  function link({ href, tokens }) {
    if (/^https:\/\//.test(href)) return element('a', inline(tokens), { outside: href })
    if (/^images\/[\w-]+\.png$/.test(href)) {
      images.push(href)
      return element('a', inline(tokens), { image: images.length - 1 })
    }
    const [target = '', anchor] = href.split('#')
    if (target !== '' && !/^[\w-]+\.md$/.test(target)) {
      // A file of the sources, which an installed app does not have.
      if (/^\.\.\/[\w./-]+$/.test(target)) return element('span', inline(tokens))
      problems.push(`The link ${href} leads nowhere.`)
      return element('span', inline(tokens))
    }
    const page = target === '' ? basename(file, '.md') : target.slice(0, -'.md'.length)
    return element('a', inline(tokens), { page, ...(anchor && { section: anchor }) })
  }

  function blocks(tokens) {
    return (tokens ?? []).flatMap((token) => {
      switch (token.type) {
        case 'space':
          return []
        case 'heading': {
          const children = inline(token.tokens)
          return [element(`h${token.depth}`, children, { section: slugOf(textOf(children)) })]
        }
        case 'paragraph':
          return [element('p', inline(token.tokens))]
        case 'text':
          return token.tokens ? inline(token.tokens) : [token.text]
        case 'code':
          return [element('pre', [element('code', [token.text.trimEnd()])])]
        case 'blockquote':
          return [element('blockquote', blocks(token.tokens))]
        case 'hr':
          return [element('hr', [])]
        case 'list':
          return [
            element(
              token.ordered ? 'ol' : 'ul',
              token.items.map((item) => element('li', blocks(item.tokens))),
            ),
          ]
        case 'table':
          return [table(token)]
        default:
          return instead(token.raw, `The help cannot show ${token.type}: ${token.raw.trim()}`)
      }
    })
  }

  function table({ header, rows, align }) {
    const cells = (tag, row) =>
      element(
        'tr',
        row.map(({ tokens }, column) =>
          element(tag, inline(tokens), align[column] === 'right' ? { number: true } : undefined),
        ),
      )
    return element('table', [
      element('thead', [cells('th', header)]),
      element(
        'tbody',
        rows.map((row) => cells('td', row)),
      ),
    ])
  }

  const children = blocks(lexer(markdown))
  const [title] = children
  if (title?.tag !== 'h1') problems.push('The page does not begin with its title.')
  const page = { id: basename(file, '.md'), title: textOf(title ?? ''), children: children.slice(1) }
  return { page, images, problems }
}

/** For Vite: a page of docs/ can be imported, and its pictures come along. */
export function helpPages() {
  return {
    name: 'help-pages',
    transform(code, id) {
      const [path = ''] = id.split('?')
      if (!path.endsWith('.md')) return null
      const { page, images } = compileHelpPage(code, path)
      const imports = images.map(
        (image, index) => `import image${index} from ${JSON.stringify(`./${image}`)}\n`,
      )
      const names = images.map((_, index) => `image${index}`).join(', ')
      return {
        code: `${imports.join('')}export default { ...${JSON.stringify(page)}, images: [${names}] }\n`,
        map: null,
      }
    },
  }
}
