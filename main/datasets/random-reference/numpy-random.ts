/** NumPy's `RandomState`: MT19937, 53-bit doubles, normals by the polar method. Draws what NumPy draws, bit by bit. */

const STATE = 624
const SHIFT = 397

export class NumpyRandom {
  readonly #state = new Uint32Array(STATE)
  #position = STATE
  #spare: number | null = null

  /** `seed` is a whole number below 2^32. */
  constructor(seed: number) {
    this.seed(seed)
  }

  /** Starts the stream of `numpy.random.seed(seed)`. */
  seed(seed: number): void {
    const state = this.#state
    state[0] = seed
    for (let i = 1; i < STATE; i++) {
      const previous = at(state, i - 1)
      state[i] = Math.imul(1_812_433_253, previous ^ (previous >>> 30)) + i
    }
    this.#position = STATE
    this.#spare = null
  }

  /** `random_sample()`: uniform in [0, 1). */
  uniform(): number {
    const high = this.#next() >>> 5
    const low = this.#next() >>> 6
    return (high * 67_108_864 + low) / 9_007_199_254_740_992
  }

  /** `standard_normal()`: the polar method makes two, and the second is kept for the next call. */
  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare
      this.#spare = null
      return spare
    }
    for (;;) {
      const x = 2 * this.uniform() - 1
      const y = 2 * this.uniform() - 1
      const square = x * x + y * y
      if (square >= 1 || square === 0) continue
      const factor = Math.sqrt((-2 * Math.log(square)) / square)
      this.#spare = factor * x
      return factor * y
    }
  }

  #next(): number {
    if (this.#position === STATE) this.#refill()
    let word = at(this.#state, this.#position++)
    word ^= word >>> 11
    word ^= (word << 7) & 0x9d2c_5680
    word ^= (word << 15) & 0xefc6_0000
    return (word ^ (word >>> 18)) >>> 0
  }

  #refill(): void {
    const state = this.#state
    for (let i = 0; i < STATE; i++) {
      const mixed = (at(state, i) & 0x8000_0000) | (at(state, (i + 1) % STATE) & 0x7fff_ffff)
      const twist = mixed & 1 ? 0x9908_b0df : 0
      state[i] = at(state, (i + SHIFT) % STATE) ^ (mixed >>> 1) ^ twist
    }
    this.#position = 0
  }
}

const at = (state: Uint32Array, index: number): number => state[index] ?? 0
