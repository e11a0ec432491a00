/** Queries over runs that no user types but an attacker might. */
export const hostileQueries: readonly string[] = [
  ...[
    '__proto__',
    '__proto__:',
    'constructor',
    'constructor:constructor',
    'prototype:',
    'toString',
    'valueOf:',
  ],
  ...[':', '::', ':x', '-:', '--', '---status:', '"', '""', '-"', 'tag:"', 'tag:",', 'tag:,', 'tag:,,,'],
  ...[
    'status:',
    '-status:',
    'STATUS:"',
    'status:"a"b"c',
    'name:\\',
    'name:(',
    'name:[a-',
    '(?<x>',
    '*',
    '$&',
  ],
  ...['\u0000', '\n', '\t', '\u2028', '\ud800', '\udfff:', '👩‍👩‍👧:x', 'İ:', 'ſtatus:x', 'status\u200b:x'],
  ...['"'.repeat(10_001), 'a:'.repeat(5000), '-'.repeat(10_000), ','.repeat(10_000)],
  ...["'", "name:'; DROP TABLE runs; --", 'name:%', 'name:_', '?', ':query', '@x', '$y'],
  'tag:' + '",'.repeat(5000),
]

const pieces = [
  ...['status', 'tag', 'name', 'id', 'notes', 'model', 'dataset', 'constructor', '__proto__', 'toString'],
  ...[':', ':', ':', '-', '"', '"', ',', ' ', ' ', '\\', '(', ')', '[', '.*', '\n', '\u0000', '\ud83d', 'é'],
  ...[
    'completed',
    'good',
    '0.78',
    '>',
    '=',
    'and',
    'STRASSE',
    'straße',
    'İ',
    '\u212a',
    'wide',
    '9',
    '%',
    "'",
  ],
]

/** `random` returns numbers from 0 to 1. */
export function randomQuery(random: () => number): string {
  const pick = () =>
    random() < 0.1 ? String.fromCharCode(random() * 0x10000) : pieces[Math.floor(random() * pieces.length)]
  return Array.from({ length: Math.floor(random() * 14) }, pick).join('')
}

/** A meaningful query of words, fields and alternatives. */
export function plausibleQuery(random: () => number, words: readonly string[]): string {
  const word = () => words[Math.floor(random() * words.length)] ?? ''
  const quotedWord = () => (random() < 0.3 ? `"${word()} ${word()}"` : word())
  const fields = ['status', 'Tag', 'name', 'ID', 'notes', 'model', 'dataset']
  const term = () => {
    const field = random() < 0.6 ? `${fields[Math.floor(random() * fields.length)]}:` : ''
    const values = Array.from({ length: 1 + Math.floor(random() * 2) }, quotedWord)
    return `${random() < 0.3 ? '-' : ''}${field}${values.join(field ? ',' : ' ')}`
  }
  return Array.from({ length: Math.floor(random() * 3) }, term).join(' ')
}
