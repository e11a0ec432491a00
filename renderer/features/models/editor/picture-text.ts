/** Prepares any text for a picture: cut and wrapped between whole characters, and valid in an XML document. */

const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
/** Characters that are as wide as two letters. */
const wide =
  /^[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|\uFE0F/u
/** A character can have thousands of accents, of which a picture shows no more than this. */
const MAX_UNITS_OF_A_LETTER = 32
/** XML 1.0 cannot write these characters, not even as references. Halves of surrogate pairs are among them. */
const notXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Escapes text for XML 1.0. Characters that XML cannot write become the replacement character. */
export function xmlText(text: string): string {
  return text.replace(notXml, '\uFFFD').replace(/[&<>"']/g, (letter) => entities[letter] ?? '')
}

/** Cuts the text to one line of at most so many letters, which ends with … if there is more. */
export function fitted(text: string, letters: number): string {
  // No text that fits is longer, so a text of megabytes need not be segmented as a whole.
  const [first = '', ...others] = cut(oneLine(text.slice(0, (letters + 1) * MAX_UNITS_OF_A_LETTER)), letters)
  if (others.length === 0) return first
  return `${cut(first, letters - 1)[0] ?? ''}…`
}

/** Breaks the text into lines of at most so many letters, between words where it can. */
export function wrapped(text: string, letters: number): string[] {
  return text.split(/\r\n|[\n\r\u2028\u2029]/).flatMap((paragraph) => {
    const lines = ['']
    for (const word of paragraph.split(' ').flatMap((long) => cut(oneLine(long), letters))) {
      const last = lines.at(-1) ?? ''
      if (last === '') lines[lines.length - 1] = word
      else if (roomOf(last) + 1 + roomOf(word) <= letters) lines[lines.length - 1] = `${last} ${word}`
      else lines.push(word)
    }
    return lines
  })
}

const oneLine = (text: string): string => text.replace(/[\t\n\r\u2028\u2029]+/g, ' ')

/** Cuts the text into lines of at most so many letters. There is at least one, which may be empty. */
function cut(text: string, letters: number): string[] {
  const lines = ['']
  let room = 0
  for (const character of charactersOf(text)) {
    const needs = wide.test(character) ? 2 : 1
    if (room > 0 && room + needs > letters) {
      lines.push('')
      room = 0
    }
    lines[lines.length - 1] += character
    room += needs
  }
  return lines
}

const roomOf = (text: string): number =>
  charactersOf(text).reduce((room, character) => room + (wide.test(character) ? 2 : 1), 0)

const charactersOf = (text: string): string[] =>
  [...characters.segment(text)].map(({ segment }) => segment.slice(0, MAX_UNITS_OF_A_LETTER))
