const UINT32 = 2 ** 32

/** Murmur3's finalizer: scatters a 32-bit number, one to one. */
export function scatter(value: number): number {
  let mixed = value | 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/** Seeded random numbers (xoshiro128**, Blackman and Vigna 2018): the same on every machine. */
export class Random {
  #a: number
  #b: number
  #c: number
  #d: number

  constructor(seed: number) {
    // Seeds beyond 32 bits count in full.
    const low = scatter(seed >>> 0)
    const high = scatter(Math.floor(seed / UINT32) ^ 0x9e3779b9)
    this.#a = scatter(low ^ high)
    this.#b = scatter(this.#a + 0x9e3779b9)
    this.#c = scatter(this.#b + 0x9e3779b9)
    this.#d = scatter(this.#c + 0x9e3779b9) | 1
  }

  /** In [0, 1), a multiple of 2^-32. */
  uniform(): number {
    const scrambled = Math.imul(rotate(Math.imul(this.#b, 5), 7), 9)
    const shifted = this.#b << 9
    this.#c ^= this.#a
    this.#d ^= this.#b
    this.#b ^= this.#c
    this.#a ^= this.#d
    this.#c ^= shifted
    this.#d = rotate(this.#d, 11)
    return (scrambled >>> 0) / UINT32
  }

  /** Standard normal, by Box and Muller's transform. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()))
    return radius * Math.cos(2 * Math.PI * this.uniform())
  }
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}
