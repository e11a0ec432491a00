import type { ColumnRole } from '../../contract/datasets.ts'

export interface RoleGuess {
  role: ColumnRole
  /** A phrase for a person. */
  because: string
  /** Whether the guess is certain; one that is only likely has to be confirmed. */
  certain: boolean
}

const LABELS = new Set([
  'label',
  'click',
  'clicked',
  'is_click',
  'is_clicked',
  'clk',
  'is_clk',
  'target',
  'y',
  'converted',
  'conversion',
])

const PATTERNS: { role: ColumnRole; pattern: RegExp; certain: boolean }[] = [
  { role: 'dense', pattern: /^(i|int|num|dense|numeric|continuous)[_-]?\d+$/, certain: true },
  { role: 'dense', pattern: /^(dense|num|numeric|numerical|cont|continuous)[_.-]/, certain: true },
  { role: 'sparse', pattern: /^(c|cat|sparse|categorical)[_-]?\d+$/, certain: true },
  { role: 'sparse', pattern: /^(sparse|cat|categorical)[_.-]/, certain: true },
  { role: 'multiValued', pattern: /^(multi|bag|multivalued|multi_valued)[_.-]/, certain: true },
  { role: 'ignore', pattern: /^(ignore|unused)[_.-]/, certain: true },
  {
    role: 'userId',
    pattern: /^(user|uid|customer|client|visitor|member|reviewer|cookie)([_.-]?id)?$/,
    certain: false,
  },
  {
    role: 'itemId',
    pattern: /^(item|iid|product|movie|book|song|track|article|news|video|ad|asin|sku|goods)([_.-]?id)?$/,
    certain: false,
  },
  {
    role: 'group',
    pattern: /^(session|query|request|impression|search|basket|group)[_.-]?id$|^qid$/,
    certain: false,
  },
  { role: 'ignore', pattern: /(^|_)(timestamp|time|date|datetime)$/, certain: false },
  { role: 'sparse', pattern: /(.[_.-]id|[a-z]Id)$/, certain: false },
]

/** Names of people and things: a number that stands for one is a name, and a number twice as large means nothing. */
const NOUN =
  /^(user|customer|client|session|item|product|movie|book|song|track|artist|album|game|app|ad|adgroup|campaign|advertiser|shop|brand|category|query|device|business)(id)?$/i

/** The role that a column's name alone suggests; null if it suggests none. */
export function roleByName(name: string): RoleGuess | null {
  const lower = name.toLowerCase()
  if (LABELS.has(lower)) return { role: 'label', because: `its name is ${name}`, certain: true }
  for (const { role, pattern, certain } of PATTERNS) {
    if (pattern.test(lower) || pattern.test(name)) return { role, because: `its name is ${name}`, certain }
  }
  return null
}

/** Like roleByName, for words that may also be values of a file without a header. */
export function roleByNoun(name: string): RoleGuess | null {
  return NOUN.test(name) ? { role: 'sparse', because: `its name is ${name}`, certain: false } : null
}
