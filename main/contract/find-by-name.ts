/** Finds things by what a person types of their names, with the best match first. */
import { minimumOf } from '../model/extremes.ts'

/** Scores of how well a word matches a name. */
const fits = { whole: 100, begins: 80, beginsWord: 60, inside: 40, initials: 25, elsewhere: 10, mistyped: 5 }

export interface Found<Item> {
  item: Item
  score: number
}

/**
 * At most this many items that match every word of the text, best first and otherwise in their own order. A word is
 * searched in the name, as letters that begin or follow in its words (`nr` finds “New run”), in the further words
 * `others`, and in the name with one typing mistake: a wrong, missing or additional letter, or two exchanged ones.
 */
export function findByName<Item extends { name: string }>(
  items: readonly Item[],
  text: string,
  limit: number,
  others: (item: Item) => string = () => '',
): Found<Item>[] {
  const exact = scored(items, text, others, false)
  // Typing mistakes are considered only if nothing has the typed name.
  const found = exact.length > 0 ? exact : scored(items, text, others, true)
  return found.sort((a, b) => b.score - a.score).slice(0, limit)
}

function scored<Item extends { name: string }>(
  items: readonly Item[],
  text: string,
  others: (item: Item) => string,
  forgiving: boolean,
): Found<Item>[] {
  const found: Found<Item>[] = []
  for (const item of items) {
    const score = nameScore(item.name, () => others(item), text, forgiving)
    if (score > 0) found.push({ item, score })
  }
  return found
}

/**
 * The score by which findByName orders: the mean over the text's words, or 0 if one does not match. Names with few
 * other letters come first. `others` are further words; `forgiving` allows one mistake in a word.
 */
export function nameScore(name: string, others: () => string, text: string, forgiving: boolean): number {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const lower = name.toLowerCase()
  let sum = 0
  for (const word of words) {
    const fit =
      fitOf(lower, word) ||
      (others().toLowerCase().includes(word) ? fits.elsewhere : 0) ||
      (forgiving && isMistyped(word, lower) ? fits.mistyped : 0)
    if (fit === 0) return 0
    sum += fit
  }
  return sum / Math.max(words.length, 1) + 1 / (1 + name.length)
}

function fitOf(name: string, word: string): number {
  const start = name.indexOf(word)
  if (start < 0) return hasInitials(name, word) ? fits.initials : 0
  if (start === 0) return name.length === word.length ? fits.whole : fits.begins
  for (let at = start; at >= 0; at = name.indexOf(word, at + 1))
    if (beginsWord(name, at)) return fits.beginsWord
  return fits.inside
}

const beginsWord = (name: string, at: number): boolean =>
  at === 0 || !/[\p{L}\p{N}]/u.test(name.charAt(at - 1))

/**
 * Whether the name has the letters in their order, each at the beginning of a word or directly after the previous one.
 */
function hasInitials(name: string, letters: string): boolean {
  let reached = new Set([-1])
  for (const letter of letters) {
    const next = new Set<number>()
    const first = minimumOf(reached) + 1
    for (let at = name.indexOf(letter, first); at >= 0; at = name.indexOf(letter, at + 1))
      if (beginsWord(name, at) || reached.has(at - 1)) next.add(at)
    if (next.size === 0) return false
    reached = next
  }
  return true
}

/** In shorter words a mistake would match too many other words. */
const MIN_MISTYPED_LENGTH = 4

/** Whether a word of the text begins as this one does, except for one mistake. */
function isMistyped(word: string, text: string): boolean {
  if (word.length < MIN_MISTYPED_LENGTH) return false
  const first = word.charAt(0)
  for (let at = text.indexOf(first); at >= 0; at = text.indexOf(first, at + 1)) {
    if (!beginsWord(text, at)) continue
    for (const more of [-1, 0, 1])
      if (isOneMistakeApart(word, text.slice(at, at + word.length + more))) return true
  }
  return false
}

/** One letter replaced, removed or added, or two neighbours exchanged. The first letter must be correct. */
function isOneMistakeApart(a: string, b: string): boolean {
  if (a[0] !== b[0] || Math.abs(a.length - b.length) > 1) return false
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  const [restA, restB] = [a.slice(at), b.slice(at)]
  if (restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1)) return true
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2)
}
