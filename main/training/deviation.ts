/** The largest distance between measured and expected numbers, and the first one beyond its tolerance. */
export class Deviation {
  #largest = 0
  #first: string | null = null

  /** `where` names the number for a person. NaN and infinity are never within a tolerance. */
  add(measured: number, expected: number, tolerance: number, where: () => string): void {
    const distance = Math.abs(measured - expected)
    if (distance <= tolerance) {
      this.#largest = Math.max(this.#largest, distance)
      return
    }
    this.#largest = Number.isFinite(distance) ? Math.max(this.#largest, distance) : Infinity
    this.#first ??=
      `${where()} is ${measured} and should be ${expected}: ` +
      `they differ by ${distance.toPrecision(3)}, more than ${tolerance.toPrecision(3)}`
  }

  addAll(measured: Float32Array, expected: Float32Array, tolerance: number, name: string): void {
    for (let index = 0; index < expected.length; index++) {
      this.add(measured[index] ?? NaN, expected[index] ?? NaN, tolerance, () => `${name}[${index}]`)
    }
  }

  get largest(): number {
    return this.#largest
  }

  /** What is wrong with the first number that deviates, or null if none does. */
  get complaint(): string | null {
    return this.#first
  }
}
