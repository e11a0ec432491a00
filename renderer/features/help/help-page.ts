/** A page of the help, as it is compiled from docs/ when the window is built (build/help-page.mjs). */
export interface HelpElement {
  tag: string
  attributes?: {
    /** Of a heading: the name by which links find it. Of a link: the heading that it leads to. */
    section?: string
    /** Of a link: the help page that it leads to. */
    page?: string
    /** Of a link: an address outside of the app. */
    outside?: string
    /** Of a picture, and of a link to one: its number among the page's images. */
    image?: number
    alt?: string
    /** Of a cell: numbers are aligned to the right. */
    number?: boolean
  }
  children: HelpNode[]
}
export type HelpNode = string | HelpElement

export interface HelpPage {
  /** The name of the file without `.md`. */
  id: string
  title: string
  children: HelpNode[]
  images: string[]
}

/** A part of a page under one heading. The first part of a page has the page's title and no anchor. */
export interface HelpSection {
  page: string
  pageTitle: string
  section: string
  title: string
  /** From 1, of the page itself, to 3 or more. */
  level: number
  text: string
}

export function textOf(node: HelpNode): string {
  return typeof node === 'string' ? node : node.children.map(textOf).join(isBlock(node) ? ' ' : '')
}

/** Whether children stand apart from each other, so that their texts must not run together. */
const isBlock = ({ tag }: HelpElement): boolean =>
  ['ul', 'ol', 'table', 'thead', 'tbody', 'tr', 'blockquote', 'li'].includes(tag)

const levelOf = (node: HelpNode): number =>
  typeof node === 'string' ? 0 : Number(/^h([1-6])$/.exec(node.tag)?.[1] ?? 0)

export function sectionsOf({ id, title, children }: HelpPage): HelpSection[] {
  const sections: HelpSection[] = [{ page: id, pageTitle: title, section: '', title, level: 1, text: '' }]
  for (const node of children) {
    const level = levelOf(node)
    if (level > 0 && typeof node !== 'string') {
      const section = node.attributes?.section ?? ''
      sections.push({ page: id, pageTitle: title, section, title: textOf(node), level, text: '' })
    } else {
      const last = sections.at(-1)!
      last.text = `${last.text} ${textOf(node)}`.trim()
    }
  }
  return sections.map((each) => ({ ...each, text: each.text.replace(/\s+/g, ' ') }))
}
