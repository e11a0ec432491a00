import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { messageInLine, messageLine, readLines } from './lines.ts'

it('a message is found behind other output, and other output is none', () => {
  const message = { kind: 'relay', text: 'line\nseparators \u2028 inside' }
  const line = messageLine(message).slice(0, -1)
  expect(messageInLine(line)).toEqual(message)
  expect(messageInLine(`a library's warning ${line}`)).toEqual(message)
  expect(messageInLine('{"kind":"relay"}')).toBeUndefined()
  expect(messageInLine(line.slice(0, -1))).toBeUndefined()
})

it('lines are whole, however their bytes arrive', async () => {
  const stream = new PassThrough()
  const lines: string[] = []
  readLines(stream, (line) => lines.push(line))
  const text = 'first\nzweite Zeile: äöü \u2028\n\nlast without an end'
  for (const byte of Buffer.from(text)) stream.write(Buffer.of(byte))
  stream.end()
  await new Promise((resolve) => stream.once('end', resolve))
  expect(lines).toEqual(['first', 'zweite Zeile: äöü \u2028', '', 'last without an end'])
})
