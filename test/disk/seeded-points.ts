/** How full a disk is when something begins: random, but the same again for the same seed. */
import { randomInt } from 'node:crypto'
import { randomNumbers } from '../hostile/flipped-bits.ts'

/** Over all series. `npm run test:disk` sets it. */
const points = Number(process.env.DLRM_DISK_POINTS ?? 14)
const seed = Number(process.env.DLRM_DISK_SEED ?? randomInt(2 ** 31))

/** The number of series, among which the points are divided. */
const SERIES = 7

export const pointsOfSeries = Math.ceil(points / SERIES)

/** Numbers in [0, 1) of a series, which prints how to get them again. */
export function numbersOf(series: string): () => number {
  console.log(`${series}: ${pointsOfSeries} points, DLRM_DISK_SEED=${seed}`)
  const mixed = [...series].reduce((sum, letter) => Math.imul(sum ^ letter.charCodeAt(0), 0x01000193), seed)
  return randomNumbers(mixed >>> 0)
}
