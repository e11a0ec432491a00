/** Any text as a picture can show it: cut and wrapped between whole characters, and valid in an XML document. */

const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
/** What takes the room of two letters. */
const wide =
  /^[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|\uFE0F/u
/** One character can have thousands of accents on it, of which a picture shows a few. */
const MOST_UNITS = 32
/** XML 1.0 has no way to write anything else, not even as a reference; halves of a surrogate pair are among it. */
const notXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for an element or an attribute of XML 1.0. What XML cannot hold becomes the replacement character. */
export function xmlText(text: string): string {
  return text.replace(notXml, '\uFFFD').replace(/[&<>"']/g, (letter) => entities[letter] ?? '')
}

/** The text on one line in the room of so many letters, and with … at its end where there is more. */
export function fitted(text: string, letters: number): string {
  // No text that fits is longer than this; one of megabytes is not looked at as a whole.
  const [first = '', ...others] = cut(oneLine(text.slice(0, (letters + 1) * MOST_UNITS)), letters)
  if (others.length === 0) return first
  return `${cut(first, letters - 1)[0] ?? ''}…`
}

/** Lines in the room of so many letters, broken between words where there are any. */
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

/** Pieces that have room each; at least one, which may be empty. */
function cut(text: string, letters: number): string[] {
  const pieces = ['']
  let room = 0
  for (const character of charactersOf(text)) {
    const needs = wide.test(character) ? 2 : 1
    if (room > 0 && room + needs > letters) {
      pieces.push('')
      room = 0
    }
    pieces[pieces.length - 1] += character
    room += needs
  }
  return pieces
}

const roomOf = (text: string): number =>
  charactersOf(text).reduce((room, character) => room + (wide.test(character) ? 2 : 1), 0)

const charactersOf = (text: string): string[] =>
  [...characters.segment(text)].map(({ segment }) => segment.slice(0, MOST_UNITS))
