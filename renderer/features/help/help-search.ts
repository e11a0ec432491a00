import type { HelpSection } from './help-page.ts'

export interface HelpFound {
  section: HelpSection
  /** Where the words are in the text, in parts of which every second one, beginning with the second, matches. */
  excerpt: string[]
}

/** Scores of a word by where it is, and of a guide, because most readers want to do something. */
const WEIGHTS = { title: 20, beginsTitle: 10, guide: 15, pageTitle: 4, text: 1 }
/** A word counts at most so often in a text, so that long sections do not come first only because they are long. */
const MAX_COUNT = 5
const EXCERPT_BEFORE = 50
const EXCERPT_LENGTH = 170

/** The sections that have every word of a text, the best first. A word may be the beginning of one. */
export function searchHelp(sections: readonly HelpSection[], text: string, limit: number): HelpFound[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  return sections
    .map((section) => ({ section, score: scoreOf(section, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ section }) => ({ section, excerpt: excerptOf(section.text, words) }))
}

function scoreOf(section: HelpSection, words: readonly string[]): number {
  const [title, pageTitle, text] = [section.title, section.pageTitle, section.text].map((each) =>
    each.toLowerCase(),
  ) as [string, string, string]
  let sum = section.page.startsWith('guide-') ? WEIGHTS.guide : 0
  for (const word of words) {
    const score =
      (title.includes(word) ? WEIGHTS.title : 0) +
      (title.startsWith(word) ? WEIGHTS.beginsTitle : 0) +
      (pageTitle.includes(word) ? WEIGHTS.pageTitle : 0) +
      WEIGHTS.text * Math.min(MAX_COUNT, text.split(word).length - 1)
    // A word that is in the page's title only does not make each of its sections a match.
    if (!title.includes(word) && !text.includes(word)) return 0
    sum += score
  }
  return sum
}

function excerptOf(text: string, words: readonly string[]): string[] {
  const places = words.map((word) => text.toLowerCase().indexOf(word)).filter((at) => at >= 0)
  const first = places[0] ?? 0
  const from = first <= EXCERPT_BEFORE ? 0 : text.indexOf(' ', first - EXCERPT_BEFORE) + 1
  const to = from + EXCERPT_LENGTH
  const cut = `${from > 0 ? '… ' : ''}${text.slice(from, to)}${to < text.length ? ' …' : ''}`
  const pattern = new RegExp(`(${words.map(escaped).join('|')})`, 'giu')
  return cut.split(pattern)
}

const escaped = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
