/**
 * Writes rows in the layout of Criteo's click logs, with the cardinalities and missing shares of its Kaggle set, so that imports
 * can be measured at any size: `node test/bench/criteo-rows.mjs FILE GIGABYTES [SEED]`.
 */
import { closeSync, openSync, writeSync } from 'node:fs'

/** Distinct values of the 26 sparse columns of Criteo's Kaggle set. */
const CARDINALITIES = [
  1460, 583, 10131227, 2202608, 305, 24, 12517, 633, 3, 93145, 5683, 8351593, 3194, 27, 14992, 5461306, 10,
  5652, 2173, 4, 7046547, 18, 15, 286181, 105, 142572,
]
/** The shares of rows in which the columns with missing values have none. */
const MISSING_SPARSE = new Map([
  [2, 0.03],
  [3, 0.03],
  [5, 0.12],
  [11, 0.03],
  [15, 0.03],
  [18, 0.44],
  [19, 0.44],
  [20, 0.03],
  [21, 0.76],
  [23, 0.03],
  [24, 0.44],
  [25, 0.44],
])
const MISSING_DENSE = [0.45, 0, 0.21, 0.22, 0.03, 0.22, 0.04, 0, 0.04, 0.45, 0.04, 0.77, 0.22]
/** The means of the logarithms of the dense columns. */
const DENSE_SCALE = [1, 3, 2, 1.5, 8, 4, 2, 2, 4, 0.5, 1, 0.5, 2]
const CLICK_SHARE = 0.256
/** The larger, the more of the lookups go to few values. */
const SKEW = 4
const BATCH = 1 << 22

/** xorshift128, which is fast and good enough for data whose content does not matter. */
function randomNumbers(seed) {
  let [x, y, z, w] = [seed ^ 0x9e3779b9, 362436069, 521288629, 88675123]
  return () => {
    const t = x ^ (x << 11)
    ;[x, y, z] = [y, z, w]
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8)
    return (w >>> 0) / 2 ** 32
  }
}

/** A bijection of 32 bits, so that each value of a column has a text of its own. */
function scrambled(number) {
  let mixed = Math.imul(number ^ (number >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0).toString(16).padStart(8, '0')
}

function row(random) {
  const fields = [random() < CLICK_SHARE ? '1' : '0']
  for (let column = 0; column < 13; column++) {
    const drawn = Math.floor(Math.exp(DENSE_SCALE[column] * (random() + random() + random()) * 0.67)) - 1
    fields.push(random() < MISSING_DENSE[column] ? '' : String(drawn))
  }
  for (let column = 0; column < 26; column++) {
    const rank = Math.floor(CARDINALITIES[column] * random() ** SKEW)
    fields.push(random() < (MISSING_SPARSE.get(column) ?? 0) ? '' : scrambled(rank * 32 + column))
  }
  return fields.join('\t')
}

const [file, gigabytes, seed = '1'] = process.argv.slice(2)
if (!file || !(Number(gigabytes) > 0)) {
  process.stderr.write('usage: node test/bench/criteo-rows.mjs FILE GIGABYTES [SEED]\n')
  process.exit(2)
}
const random = randomNumbers(Number(seed))
const out = openSync(file, 'w')
let written = 0
while (written < Number(gigabytes) * 1e9) {
  const rows = []
  for (let bytes = 0; bytes < BATCH;) {
    const text = row(random)
    rows.push(text)
    bytes += text.length + 1
  }
  written += writeSync(out, `${rows.join('\n')}\n`)
}
closeSync(out)
