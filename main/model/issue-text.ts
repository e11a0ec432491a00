/**
 * Says in words for a person why a schema refuses a value: which values are allowed. All such sentences are made here.
 */
import type { z } from 'zod'

type Issue = z.core.$ZodIssue

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 12 })

const kinds = new Map<string, string>([
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['string', 'text'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['tuple', 'a list'],
  ['object', 'an object'],
  ['record', 'an object'],
  ['null', 'null'],
])

/** Sentences for issues that our schemas have no message for, in terms of the schema library's codes. */
const LIBRARY_WORDS = /^(Invalid|Too (small|big)|Unrecognized|Expected)\b/

/** A sentence that names the field: "tables.kind must be one of sgd, adagrad or adam." */
export function issueSentence(issue: Issue | undefined, field = fieldOf(issue)): string {
  if (!issue) return field === '' ? 'This is not valid.' : `${field} is not valid.`
  if (!LIBRARY_WORDS.test(issue.message))
    return field ? `${field}: ${ended(issue.message)}` : ended(issue.message)
  return `${field || 'This'} ${predicateOf(issue)}.`
}

/** The same sentence for display below the field: "Must be one of sgd, adagrad or adam." */
export function issueText(issue: Issue): string {
  if (!LIBRARY_WORDS.test(issue.message)) return ended(issue.message)
  const predicate = predicateOf(issue)
  return `${predicate.charAt(0).toUpperCase()}${predicate.slice(1)}.`
}

const ended = (text: string) => (/[.!?…]$/.test(text) ? text : `${text}.`)

const fieldOf = (issue: Issue | undefined) => issue?.path.map(String).join('.') ?? ''

function predicateOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be ${valueText(issue.values[0])}`
        : `must be one of ${listed(issue.values.map(valueText))}`
    case 'invalid_type':
      if (/received undefined$/.test(issue.message)) return 'is missing'
      return `must be ${kinds.get(issue.expected) ?? issue.expected}`
    case 'too_small':
      return `must ${bound(issue.origin, issue.minimum, issue.inclusive === false ? 'more than' : 'at least')}`
    case 'too_big':
      // Beyond it a number in JSON is not exact; the schema's own limit is far lower.
      if (issue.maximum === Number.MAX_SAFE_INTEGER) return 'is too large'
      return `must ${bound(issue.origin, issue.maximum, issue.inclusive === false ? 'less than' : 'at most')}`
    case 'not_multiple_of':
      return `must be a multiple of ${grouped.format(Number(issue.divisor))}`
    case 'unrecognized_keys':
      return `has no field ${listed(issue.keys, 'and')}`
    case 'invalid_format':
      return issue.pattern === undefined
        ? `is not a valid ${issue.format}`
        : `has characters or a form that are not allowed here (allowed: ${issue.pattern})`
    case 'invalid_union':
      return unionText(issue)
    default:
      return 'is not valid'
  }
}

/** Of the alternatives the one that came furthest says the most. */
function unionText(issue: Issue & { code: 'invalid_union' }): string {
  const { note, discriminator } = issue as { note?: string; discriminator?: string }
  if (note === 'No matching discriminator') return `has an unknown ${discriminator ?? 'kind'}`
  const texts = [...new Set(issue.errors.flatMap((each) => each.slice(0, 1).map(predicateOf)))]
  return texts.length > 0 ? listed(texts) : 'is not valid'
}

/** The condition for a size, such as "be at least 1" or "have at least 2 entries". */
function bound(origin: string, limit: number | bigint, words: string): string {
  const amount = grouped.format(limit)
  if (origin === 'string') return limit === 1 ? 'not be empty' : `have ${words} ${amount} characters`
  if (origin === 'array' || origin === 'tuple' || origin === 'set')
    return limit === 1 && words === 'at least' ? 'not be empty' : `have ${words} ${amount} entries`
  return `be ${words} ${amount}`
}

const valueText = (value: unknown) => (typeof value === 'string' ? value : String(value))

function listed(values: readonly string[], word = 'or'): string {
  if (values.length < 2) return values.join('')
  return `${values.slice(0, -1).join(', ')} ${word} ${values.at(-1)}`
}
