/** Messages between the processes of an MPI job: lines of text, which the job's launcher passes on. */
import type { Readable } from 'node:stream'

/** Tells messages from everything else that a process or a library prints. */
const PREFIX = '##dlrm-studio## '

export const messageLine = (message: object): string => `${PREFIX}${JSON.stringify(message)}\n`

/** The message in a line, or undefined if there is none. Other output may precede it, if it did not end its line. */
export function messageInLine(line: string): unknown {
  const start = line.indexOf(PREFIX)
  if (start < 0) return undefined
  try {
    return JSON.parse(line.slice(start + PREFIX.length)) as unknown
  } catch {
    // Two processes have written at the same time. What counts is repeated or missed by its receiver.
    return undefined
  }
}

/** Calls `onLine` with each line without its end. Only a line feed ends a line, because JSON contains other ends. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  let pieces: string[] = []
  stream.setEncoding('utf8').on('data', (text: string) => {
    const [first = '', ...others] = text.split('\n')
    pieces.push(first)
    for (const piece of others) {
      onLine(pieces.join(''))
      pieces = [piece]
    }
  })
  stream.on('end', () => {
    const rest = pieces.join('')
    if (rest !== '') onLine(rest)
  })
}
