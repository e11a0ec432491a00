/**
 * Traces of table rows as dlrm_data_pytorch.py profiles and generates them: a trace becomes the distribution of its LRU
 * stack distances (Mattson et al. 1970), and traces drawn from that have the locality of the first.
 */
import { StudioError } from '../../contract/errors.ts'
import { maximumOf } from '../../model/extremes.ts'

/** The maximum number of values of a trace or profile. */
export const MAX_TRACE_VALUES = 10_000_000

export interface TraceProfile {
  /** Rows in the order of their first use. */
  rows: number[]
  /** The distances that occur, ascending. 0 is a row's first use, 1 the row that was used last. */
  distances: number[]
  /** The share of uses with at most that distance. */
  cumulative: number[]
}

/** With `padding`, first uses count as many times more as there are uses per row, so that all rows come up in time. */
export function profileTrace(trace: readonly number[], padding = false): TraceProfile {
  const recent = new PrefixCounts(trace.length)
  const lastUse = new Map<number, number>()
  const counts = new Map<number, number>()
  const count = (distance: number, times = 1) => counts.set(distance, (counts.get(distance) ?? 0) + times)
  trace.forEach((row, time) => {
    const before = lastUse.get(row)
    if (before === undefined) count(0)
    else {
      count(lastUse.size - recent.upTo(before) + 1)
      recent.add(before, -1)
    }
    recent.add(time, 1)
    lastUse.set(row, time)
  })
  if (padding) count(0, Math.ceil(trace.length / Math.max(1, maximumOf(counts.keys()))))
  const distances = [...counts.keys()].toSorted((a, b) => a - b)
  const total = [...counts.values()].reduce((sum, times) => sum + times, 0)
  let share = 0
  const cumulative = distances.map((distance) => (share += (counts.get(distance) ?? 0) / total))
  return { rows: [...lastUse.keys()], distances, cumulative }
}

/** Counts at indices, whose prefix sums take logarithmic time (Fenwick 1994). */
class PrefixCounts {
  readonly #sums: Int32Array

  constructor(size: number) {
    this.#sums = new Int32Array(size + 1)
  }

  add(index: number, change: number): void {
    for (let at = index + 1; at < this.#sums.length; at += at & -at) this.#sums[at]! += change
  }

  /** The sum up to and including this index. */
  upTo(index: number): number {
    let sum = 0
    for (let at = index + 1; at > 0; at -= at & -at) sum += this.#sums[at]!
    return sum
  }
}

/** Draws a trace with a profile's stack distances. One generator is one trace, however many times it is called. */
export class TraceGenerator {
  readonly #profile: TraceProfile
  readonly #padding: boolean
  /** The least recently used row comes first. The entries before `#head` were moved away. */
  #stack: number[]
  #head = 0
  /** The number of first uses so far. */
  #firstUses = 0

  constructor(profile: TraceProfile, padding = false) {
    this.#profile = profile
    this.#padding = padding
    this.#stack = [...profile.rows]
  }

  /** `uniform` draws from [0, 1) and is called once. */
  next(uniform: () => number): number {
    const distance = this.#distance(uniform())
    const stack = this.#stack
    let row: number
    if (distance === 0) {
      row = stack[this.#head++] ?? 0
      this.#firstUses++
      if (this.#head > stack.length / 2) {
        this.#stack = stack.slice(this.#head)
        this.#head = 0
      }
    } else {
      const index = Math.max(this.#head, stack.length - distance)
      row = stack.splice(index, 1)[0] ?? 0
    }
    this.#stack.push(row)
    return row
  }

  /** Until there were as many first uses as the largest distance, only distances to used rows are drawn. */
  #distance(uniform: number): number {
    const { distances, cumulative } = this.#profile
    let share = uniform
    if (this.#firstUses < (distances.at(-1) ?? 0)) {
      const reachable = distances.findLastIndex((distance) => distance <= this.#firstUses)
      share *= cumulative[Math.max(0, reachable)] ?? 1
    } else if (this.#padding) {
      const first = cumulative[0] ?? 0
      share = (1 - first) * share + first
    }
    // The last share may be slightly below 1 because of rounding.
    const index = cumulative.findIndex((limit) => share <= limit)
    return distances[index < 0 ? distances.length - 1 : index] ?? 0
  }
}

/** A profile's file, as the reference writes it: rows, distances and shares, a line each. */
export function formatProfile({ rows, distances, cumulative }: TraceProfile): string {
  return `${[rows, distances, cumulative].map((line) => line.join(', ')).join('\n')}\n`
}

/**
 * Reads a profile's file, or profiles a trace: row numbers separated by commas, spaces or lines. Throws with the
 * position.
 */
export function parseTraceFile(text: string, file: string, padding = false): TraceProfile {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const last = lines.length === 3 ? numbersOf(lines[2]!) : []
  if (Math.abs((last.at(-1) ?? 0) - 1) < 1e-6) {
    const [rows, distances] = [0, 1].map((line) => wholeNumbers(lines[line]!, file, line + 1))
    return checkedProfile({ rows: rows!, distances: distances!, cumulative: last }, file)
  }
  const trace = lines.flatMap((line, at) => wholeNumbers(line, file, at + 1))
  if (trace.length === 0) throw bad(file, 'It is empty: row numbers are needed.')
  if (trace.length > MAX_TRACE_VALUES)
    throw bad(file, `It has ${trace.length} values; at most ${MAX_TRACE_VALUES} are read.`)
  return profileTrace(trace, padding)
}

const numbersOf = (line: string) =>
  line
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(Number)

function wholeNumbers(line: string, file: string, row: number): number[] {
  const words = line.split(/[\s,]+/).filter(Boolean)
  const wrong = words.find((word) => !/^\d{1,15}$/.test(word))
  if (wrong !== undefined)
    throw bad(file, `Row ${row}: “${wrong.slice(0, 40)}” is not a table row; whole numbers are needed.`, row)
  return words.map(Number)
}

function checkedProfile(profile: TraceProfile, file: string): TraceProfile {
  const { rows, distances, cumulative } = profile
  const ascending = (values: number[]) => values.every((value, at) => at === 0 || value > values[at - 1]!)
  if (rows.length === 0) throw bad(file, 'Row 1: a profile needs the rows that were used.', 1)
  if (distances[0] !== 0 || !ascending(distances))
    throw bad(file, 'Row 2: stack distances must ascend from 0.', 2)
  if (distances.at(-1)! > rows.length)
    throw bad(file, `Row 2: a stack distance is larger than the number of rows, ${rows.length}.`, 2)
  if (
    cumulative.length !== distances.length ||
    !cumulative.every((share) => share > 0) ||
    !ascending(cumulative)
  )
    throw bad(file, 'Row 3: a share for each stack distance is needed, ascending to 1.', 3)
  return profile
}

const bad = (file: string, what: string, row?: number) =>
  new StudioError('InvalidArgument', `${file}: ${what}`, { file, ...(row !== undefined && { row }) })
