import { UNDEFINED } from '../contract/metrics.ts'
import { bounded, printable, printableLines } from '../contract/printable.ts'
import { maximumOf } from '../model/extremes.ts'

/** The maximum length of a table's cell. */
const MAX_CELL_LENGTH = 300

/**
 * All output to a terminal or a pipe goes through here. Characters in names from files that could control a terminal
 * are escaped, while JSON keeps its meaning. Resolves once the text is handed to the system, so that exiting does not
 * cut it off.
 */
export function writeText(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve, reject) =>
    stream.write(`${printableLines(text)}\n`, (error) => (error ? reject(error) : resolve())),
  )
}

/**
 * Progress lines on stderr. On a terminal each replaces the previous one; elsewhere there is at most one per second.
 */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream
  #shown = false
  #lastAt = 0

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream
  }

  show(line: string): void {
    if (this.#stream.isTTY) {
      this.#stream.write(`\r\x1b[2K${printable(line).slice(0, (this.#stream.columns || 80) - 1)}`)
      this.#shown = true
      return
    }
    const now = performance.now()
    if (this.#lastAt && now - this.#lastAt < 1000) return
    this.#lastAt = now
    void writeText(this.#stream, line).catch(() => undefined)
  }

  /** Prints a line that stays. The next call of show prints the changing line below it. */
  keep(line: string): void {
    this.clear()
    void writeText(this.#stream, line).catch(() => undefined)
  }

  clear(): void {
    if (this.#shown) this.#stream.write('\r\x1b[2K')
    this.#shown = false
  }
}

/** Pads columns to their widest cell and aligns numbers (and `–`) to the right. */
export function table(header: string[], cells: string[][]): string {
  // A line feed in a name must not look like another row.
  const rows = cells.map((row) => row.map((cell) => bounded(cell, MAX_CELL_LENGTH)))
  const lines = [header, ...rows]
  const widths = header.map((_, column) => maximumOf(lines.map((line) => line[column]?.length ?? 0)))
  const toTheRight = header.map((_, column) =>
    rows.every((row) => /^(–|undefined|[-+]?[\d.,]+( ?[%A-Za-zµ/]+)?)$/.test(row[column] ?? '')),
  )
  return lines
    .map((line) =>
      widths
        .map((width, column) => {
          const cell = line[column] ?? ''
          return toTheRight[column] ? cell.padStart(width) : cell.padEnd(width)
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export const integer = (value: number): string => value.toLocaleString('en-US')

/** A dash stands for a value that was not measured, a word for one that was measured and is undefined. */
export const metricValue = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : value.toFixed(4)

/** A metric of an evaluation. null is a value here: the metric is not defined on these rows. */
export const measuredValue = (value: number | null | undefined): string =>
  value === null ? UNDEFINED : metricValue(value)
