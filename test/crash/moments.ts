/** The moments at which processes are killed: random, but the same again for the same seed. */
import { randomInt } from 'node:crypto'
import { moment } from '../helpers/moment.ts'

/** A new seed for each series; DLRM_CRASH_SEED repeats the one that a test has printed. */
const nextSeed = (): number => Number(process.env.DLRM_CRASH_SEED ?? randomInt(2 ** 31))

export type KillKind =
  | 'edits'
  | 'migration'
  | 'export'
  | 'benchmark'
  | 'backup'
  | 'trainer'
  | 'engine'
  | 'commandLine'
  | 'import'
  | 'app'
  | 'resume'
  | 'ranks'

/**
 * The number of kills in each series: set by the configuration of `npm run test:crash`, and 1 in the ordinary tests.
 */
const kills = Number(process.env.DLRM_CRASH_KILLS ?? 1)
if (!Number.isInteger(kills) || kills < 1) {
  throw new Error(`DLRM_CRASH_KILLS is ${process.env.DLRM_CRASH_KILLS}: it must be a whole number from 1 on.`)
}

export class Moments {
  readonly kills: number
  readonly #kind: KillKind
  readonly #delays: number[] = []
  #state: number

  constructor(kind: KillKind) {
    this.#kind = kind
    this.kills = kills
    const seed = nextSeed()
    this.#state = [...kind].reduce(
      (state, letter) => Math.imul(state ^ letter.charCodeAt(0), 0x01000193),
      seed,
    )
    console.log(`Killing ${this.kills} times (${kind}), DLRM_CRASH_SEED=${seed}`)
  }

  /** From 0 to 1, without 1 (mulberry32). */
  random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** True in one of two cases. */
  toss(): boolean {
    return this.random() < 0.5
  }

  /** One of these. */
  one<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[Math.floor(this.random() * items.length)] ?? items[0]
  }

  /** A random part of the time. */
  delay(longestMs: number): number {
    const delay = this.random() * longestMs
    this.#delays.push(delay)
    return delay
  }

  /** Waits for a random part of the time. */
  async wait(longestMs: number): Promise<void> {
    await moment(this.delay(longestMs))
  }

  /** One line about the kills; `found` counts what they hit, such as the states of runs. */
  summary(found: readonly string[]): void {
    const counts = new Map<string, number>()
    for (const what of found) counts.set(what, (counts.get(what) ?? 0) + 1)
    const hit = [...counts].map(([what, count]) => `${count} ${what}`).join(', ')
    const range = `${Math.round(Math.min(...this.#delays))} to ${Math.round(Math.max(...this.#delays))} ms`
    console.log(`${this.#kind}: ${found.length} kills after ${range}: ${hit}`)
  }
}
