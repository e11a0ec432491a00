import { setImmediate } from 'node:timers/promises'
import type { PlantedRow } from './planted-sample.ts'
import { Random, scatter } from './random.ts'

/**
 * The numbers of different values of the 26 categorical columns: a mix of tiny, medium and large ones, as in click
 * logs.
 */
const CARDINALITIES = [
  1400, 550, 100_000, 50_000, 300, 24, 12_000, 630, 3, 40_000, 5600, 80_000, 3200, 27, 14_000, 60_000, 10,
  5000, 2000, 4, 70_000, 18, 15, 30_000, 100, 25_000,
]

/** log(1 + x) of a dense value is normal with this mean and deviation; `missing` is the share of empty fields. */
const DENSE = [
  { mean: 0.6, deviation: 0.9, missing: 0.45 },
  { mean: 1.8, deviation: 1.6, missing: 0 },
  { mean: 1.5, deviation: 1.0, missing: 0.2 },
  { mean: 1.6, deviation: 0.9, missing: 0.2 },
  { mean: 6.5, deviation: 2.4, missing: 0.03 },
  { mean: 3.2, deviation: 1.6, missing: 0.22 },
  { mean: 1.5, deviation: 1.2, missing: 0.04 },
  { mean: 2.0, deviation: 1.0, missing: 0.001 },
  { mean: 3.7, deviation: 1.5, missing: 0.04 },
  { mean: 0.3, deviation: 0.4, missing: 0.45 },
  { mean: 1.0, deviation: 0.7, missing: 0.04 },
  { mean: 0.3, deviation: 0.5, missing: 0.76 },
  { mean: 1.6, deviation: 1.0, missing: 0.2 },
]

/** The share of empty fields in each categorical column that has any. */
const SPARSE_MISSING = new Map([
  [2, 0.03],
  [18, 0.04],
  [21, 0.5],
  [24, 0.4],
])

/** How strongly a dense column's standardised logarithm acts on the log odds. */
const DENSE_WEIGHTS = [0.3, 0, 0.2, -0.25, -0.15, -0.2, 0.3, 0, 0.1, 0, 0.25, 0, -0.1]
/** Largest effect of a value of each of these categorical columns on the log odds. */
const SPARSE_EFFECTS = new Map([
  [0, 0.7],
  [1, 0.6],
  [4, 0.6],
  [6, 0.5],
  [8, 0.3],
  [12, 0.6],
  [13, 0.5],
  [16, 0.5],
  [18, 0.5],
  [23, 0.4],
])
/** Pairs of categorical columns that act together, which a dot interaction can find and a linear model cannot. */
const PAIRS = [
  { first: 0, second: 5, strength: 1.2 },
  { first: 1, second: 13, strength: 1.2 },
  { first: 7, second: 22, strength: 1.0 },
  { first: 17, second: 24, strength: 1.0 },
]

/** The share of positives for which the offset is set. */
const CLICK_RATE = 0.25
const PILOT_ROWS = 1000
const PILOT_CHUNK = 50

/** Rows in the shape of Criteo's click logs with a planted signal; a function of the seed alone. */
export class ClickGenerator {
  readonly #random: Random
  readonly #salt: number
  #offset = 0

  /** Sets the click rate with a pilot sample, in steps of a few milliseconds. */
  static async create(seed: number): Promise<ClickGenerator> {
    const pilot = new ClickGenerator(seed, new Random(seed + 2 ** 32))
    const signals: number[] = []
    while (signals.length < PILOT_ROWS) {
      signals.push(pilot.#features().signal)
      if (signals.length % PILOT_CHUNK === 0) await setImmediate()
    }
    const generator = new ClickGenerator(seed, new Random(seed))
    generator.#offset = offsetFor(CLICK_RATE, signals)
    return generator
  }

  private constructor(seed: number, random: Random) {
    this.#random = random
    this.#salt = scatter(seed ^ 0x5bd1e995)
  }

  next(): PlantedRow {
    const { fields, signal } = this.#features()
    const probability = logistic(signal + this.#offset)
    const label = this.#random.uniform() < probability ? 1 : 0
    return { line: `${label}\t${fields.join('\t')}`, label, probability }
  }

  #features(): { fields: string[]; signal: number } {
    const random = this.#random
    const fields: string[] = []
    let signal = 0
    for (const [at, { mean, deviation, missing }] of DENSE.entries()) {
      const normal = random.normal()
      if (random.uniform() < missing) {
        fields.push('')
        continue
      }
      // A value below zero becomes a small negative number, as some of Criteo's are.
      fields.push(String(Math.floor(Math.expm1(mean + deviation * normal))))
      signal += (DENSE_WEIGHTS[at] ?? 0) * normal
    }
    const ids = CARDINALITIES.map((cardinality) => skewedId(random.uniform(), cardinality))
    for (const [column, id] of ids.entries()) {
      const empty = random.uniform() < (SPARSE_MISSING.get(column) ?? 0)
      fields.push(empty ? '' : hexValue(column, id))
      signal += (SPARSE_EFFECTS.get(column) ?? 0) * this.#effect(column, id)
    }
    for (const { first, second, strength } of PAIRS) {
      const left = this.#effect(first + CARDINALITIES.length, ids[first] ?? 0)
      signal += strength * left * this.#effect(second + CARDINALITIES.length, ids[second] ?? 0)
    }
    return { fields, signal }
  }

  /** In [-1, 1], fixed for each value of each column. */
  #effect(column: number, id: number): number {
    return scatter(id ^ scatter(this.#salt + column)) / 2 ** 31 - 1
  }
}

/** The constant term for which the clicks have this rate, by bisection. */
function offsetFor(rate: number, signals: number[]): number {
  let low = -20
  let high = 20
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2
    const clicks = signals.reduce((sum, signal) => sum + logistic(signal + middle), 0)
    if (clicks < rate * signals.length) low = middle
    else high = middle
  }
  return (low + high) / 2
}

function logistic(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds))
}

/** Zipf's law with exponent 1, nearly: value k is drawn in proportion to log(1 + 1/(k + 1)). */
function skewedId(uniform: number, cardinality: number): number {
  return Math.floor(Math.exp(uniform * Math.log(cardinality + 1))) - 1
}

/** One to one within a column. */
function hexValue(column: number, id: number): string {
  return scatter(id ^ scatter(column + 1))
    .toString(16)
    .padStart(8, '0')
}
