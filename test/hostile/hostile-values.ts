/** Values that a script in the page might send in place of what a request asks for. Runs in the page. */

/** Returns a whole number below `below`. */
export type Pick = (below: number) => number

const deep = (depth: number, wrap: (inner: unknown) => unknown): unknown => {
  let value: unknown = 'inside'
  for (let level = 0; level < depth; level++) value = wrap(value)
  return value
}

const cyclic = (): unknown => {
  const value: Record<string, unknown> = { name: 'x' }
  value.self = value
  return value
}

/** An object whose own key is `__proto__`, which assigning would lose. */
const ownPrototype = (): unknown =>
  JSON.parse('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{}}}')

const numbers = [
  ...[NaN, Infinity, -Infinity, -0, -1, 0.5, 2 ** 31, 2 ** 53, 2 ** 53 + 2, 1e308, -1e308, 5e-324],
  ...[10n, -1n, 2n ** 64n],
]

const texts = [
  ...['', ' ', '\0', '\ud800', 'a\udc00b', '\u202Eoverride', '\uFEFF', '\u2028', '\r\n', '\x1b[2J\x1b[31m'],
  ...['..', '../..', '../../../../etc/passwd', '/etc/passwd', '~', '.', '...', 'datasets/../..', '..\\..'],
  ...[
    'file:///etc/passwd',
    'studio://app/index.html',
    'CON',
    'a:b',
    'C:\\x',
    '\\\\host\\share',
    '/proc/self/environ',
  ],
  ...['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf', 'then'],
  ...[
    "'; DROP TABLE runs; --",
    '" OR 1=1 --',
    '%',
    '_',
    '*',
    '?',
    '[',
    '\\',
    'auc >',
    '((((((',
    'a'.repeat(201),
  ],
  ...[
    '<script>alert(1)</script>',
    '</text><script>',
    '${7*7}',
    '$(id)',
    '`id`',
    '|id',
    '=1+1',
    '-oProxyCommand=id',
  ],
  ...[
    'null',
    'undefined',
    'NaN',
    '0',
    '-1',
    '1e999',
    'true',
    '{}',
    '[]',
    '{"a":1}',
    `file-${'A'.repeat(43)}`,
  ],
]

const others: (() => unknown)[] = [
  () => undefined,
  () => null,
  () => true,
  () => [],
  () => ({}),
  () => [[]],
  () => [null],
  () => ({ length: 1e9 }),
  () => ({ toJSON: 'x', toString: 'x', valueOf: 'x' }),
  () => ({ then: 'x' }),
  () => ownPrototype(),
  () => cyclic(),
  () => new Date(NaN),
  () => /x/g,
  () => new Map([['__proto__', 1]]),
  () => new Set(['x']),
  () => new Uint8Array(64),
  () => new ArrayBuffer(8),
  () => new Error('an error'),
  () => new Float64Array([NaN]),
  () => Array.from({ length: 3000 }, (_, at) => at),
  () => new Array<unknown>(1000),
  () => Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`key${at}`, at])),
  () => deep(50, (inner) => [inner]),
  () => deep(400, (inner) => ({ inner })),
  () => deep(5000, (inner) => [inner]),
  () => () => undefined,
  () => Symbol('s'),
  () => document.body,
  () => globalThis,
]

/** How often a text is long: a megabyte, and more than a request may have. */
const LONG_ONE_IN = 400
const TOO_LONG_ONE_IN = 4000

/** `ids` are those of things that exist. */
export function hostileValue(pick: Pick, ids: readonly string[]): unknown {
  if (pick(TOO_LONG_ONE_IN) === 0) return 'x'.repeat(17 << 20)
  if (pick(LONG_ONE_IN) === 0) return ['x', '\ud800', '['][pick(3)]?.repeat(1 << 20)
  switch (pick(5)) {
    case 0:
      return numbers[pick(numbers.length)]
    case 1:
    case 2:
      return texts[pick(texts.length)]
    case 3:
      return ids[pick(ids.length)]
    default:
      return others[pick(others.length)]?.()
  }
}
