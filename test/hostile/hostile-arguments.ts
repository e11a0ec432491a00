/** Values that are given to every argument of the addon. */

const hostileObject = new Proxy(
  {},
  {
    get: () => {
      throw new Error('read')
    },
    has: () => {
      throw new Error('looked for')
    },
    ownKeys: () => {
      throw new Error('listed')
    },
  },
)
export const detached = new Float32Array(8)
structuredClone(detached, { transfer: [detached.buffer] })

/** No export accepts any of these anywhere. */
export const neverRight: [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-1', -1],
  ['-2^31', -(2 ** 31)],
  ['a bigint', 10n],
  ['a symbol', Symbol('s')],
  ['a date', new Date(0)],
  ['a regular expression', /x/],
  ['a map', new Map([[1, 2]])],
  ['an object', {}],
  ['an object without prototype', Object.create(null)],
  ['an object that throws', hostileObject],
  ['an array', []],
  ['an array of strings', ['x', 'y']],
  ['a nested array', [[[]]]],
  ['bytes', new Uint8Array(4)],
  ['shared bytes', new Uint8Array(new SharedArrayBuffer(8))],
  ['bigints', new BigInt64Array(2)],
  ['a class', class {}],
]
/** Values that are right for some arguments. */
const sometimesRight: [string, unknown][] = [
  ['true', true],
  ['0', 0],
  ['1.5', 1.5],
  ['2^32', 2 ** 32],
  ['2^53', 2 ** 53],
  ['1e308', 1e308],
  ['an empty string', ''],
  ['a zero character', '\0'],
  ['a long string', 'x'.repeat(1 << 20)],
  ['a lone surrogate', '\ud800'],
  ['an empty document', '{}'],
  ['a deep document', '['.repeat(10_000)],
  ['a function', () => undefined],
  ['no floats', new Float32Array(0)],
  ['detached floats', detached],
  ['doubles', new Float64Array([NaN, -1])],
]
export const hostileArguments = [
  ...neverRight.map(([name, value]) => ({ name, value, wrong: true })),
  ...sometimesRight.map(([name, value]) => ({ name, value, wrong: false })),
]
