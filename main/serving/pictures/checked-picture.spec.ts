import { crc32, deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { checkedPicture } from './checked-picture.ts'

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const numbers = Buffer.alloc(8)
  numbers.writeUInt32BE(data.length, 0)
  numbers.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([numbers.subarray(0, 4), body, numbers.subarray(4)])
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
function header(width: number, height: number, kind = [8, 6, 0, 0, 0]): Buffer {
  const data = Buffer.alloc(13)
  data.writeUInt32BE(width, 0)
  data.writeUInt32BE(height, 4)
  Buffer.from(kind).copy(data, 8)
  return chunk('IHDR', data)
}
const pixels = (width: number, height: number) =>
  chunk('IDAT', deflateSync(Buffer.alloc(height * (1 + 4 * width))))
const end = chunk('IEND', Buffer.alloc(0))
const png = (...chunks: Buffer[]) => Buffer.concat([signature, ...chunks]).toString('base64')
const validPng = png(header(20, 10), chunk('sRGB', Buffer.from([0])), pixels(20, 10), end)

const svg = (inside: string, given = '') => `<svg xmlns="http://www.w3.org/2000/svg"${given}>${inside}</svg>`

const problemOf = (format: 'svg' | 'png', data: string) =>
  checkedPicture(format, data).then(
    () => 'accepted',
    (error: Error) => error.message,
  )

describe('a PNG', () => {
  it('is written as it is', async () => {
    expect((await checkedPicture('png', validPng)).toString('base64')).toBe(validPng)
  })

  it.each([
    ['text', Buffer.from('#!/bin/sh\nid').toString('base64'), 'first bytes'],
    ['no base64', `${validPng}!`, 'not base64'],
    ['the signature alone', signature.toString('base64'), 'no header'],
    ['a program behind the signature', png(Buffer.from('\n#!/bin/sh\nid\n'.padEnd(40))), 'cut off'],
    [
      'something behind its end',
      png(header(20, 10), pixels(20, 10), end, Buffer.from('\nid\n')),
      'follows its end',
    ],
    [
      'a chunk behind its end',
      png(header(1, 1), pixels(1, 1), end, chunk('tEXt', Buffer.from('id'))),
      'end is missing',
    ],
    ['text in it', png(header(1, 1), chunk('tEXt', Buffer.from('\nid\n')), pixels(1, 1), end), '"tEXt"'],
    ['fewer pixels than it says', png(header(20, 10), pixels(20, 9), end), 'do not match its header'],
    ['more pixels than it says', png(header(20, 10), pixels(20, 11), end), 'do not match its header'],
    [
      'pixels that are none',
      png(header(20, 10), chunk('IDAT', Buffer.from('\nid\n')), end),
      'do not match its header',
    ],
    ['too many pixels', png(header(60_000, 60_000), pixels(1, 1), end), '60000 by 60000'],
    ['a palette', png(header(1, 1, [8, 3, 0, 0, 0]), pixels(1, 1), end), 'not supported'],
    [
      'a broken checksum',
      validPng.replace(/^(.{60})./, (_, all: string) => `${all}${validPng[60] === 'A' ? 'B' : 'A'}`),
      'checksum',
    ],
  ])('is not %s', async (_, data, problem) => {
    expect(await problemOf('png', data)).toContain(problem)
  })
})

describe('an SVG', () => {
  it('shows shapes and words', async () => {
    const drawing = svg(
      '\n<rect x="1" y="2" width="3" height="4" fill="url(#shade)" stroke-dasharray="4 3"/>' +
        '<g transform="scale(2)"><text x="1">a &amp; b &lt; &#39;c&#39; 模型 😀 javascript:</text></g>\n',
      ' viewBox="0 0 10 10" font-family="Inter, Helvetica"',
    )
    expect((await checkedPicture('svg', drawing)).toString('utf8')).toBe(`${drawing}\n`)
    expect(await problemOf('svg', `<?xml version="1.0" encoding="UTF-8"?>\n${drawing}`)).toBe('accepted')
  })

  it.each([
    ['text', '#!/bin/sh', 'outside its svg element'],
    ['nothing', '', 'not one svg element'],
    ['HTML', '<html><script>1</script></html>', 'not one svg element'],
    ['a script', svg('<script>fetch(1)</script>'), '<script>'],
    ['a foreign object', svg('<foreignObject></foreignObject>'), '<foreignObject>'],
    ['an image', svg('<image href="file:///etc/passwd"/>'), '<image>'],
    ['a use', svg('<use href="other.svg#a"/>'), '<use>'],
    ['an animation', svg('<set attributeName="href" to="x"/>'), '<set>'],
    ['a link', svg('<a href="https://example.com"><rect/></a>'), '<a>'],
    ['a style sheet', svg('<style>@import url(//x)</style>'), '<style>'],
    ['an event handler', svg('<rect onclick="x()"/>'), '"onclick"'],
    ['an event handler of the root', svg('', ' onload="x()"'), '"onload"'],
    ['a style', svg('<rect style="fill:url(//x)"/>'), '"style"'],
    ['a reference', svg('<rect fill="url(https://example.com/#a)"/>'), 'outside the drawing'],
    ['a hidden reference', svg('<rect fill="&#117;rl(//x)"/>'), 'outside the drawing'],
    ['an escaped reference', svg('<rect fill="\\75rl(//x)"/>'), 'outside the drawing'],
    ['another namespace', '<svg xmlns="http://www.w3.org/1999/xhtml"></svg>', 'outside the drawing'],
    ['no namespace', '<svg></svg>', 'no namespace'],
    ['an entity', `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>${svg('&x;')}`, 'not an element'],
    ['an unknown entity', svg('<text>&x;</text>'), 'not a character'],
    ['a processing instruction', svg('<?php id ?>'), 'not an element'],
    ['a comment', svg('<!-- id -->'), 'not an element'],
    ['CDATA', svg('<![CDATA[<script>]]>'), 'not an element'],
    ['another prefix', svg('<x:script xmlns:x="http://www.w3.org/2000/svg">1</x:script>'), 'not an element'],
    ['something behind it', `${svg('')}<svg/>`, 'follows its end'],
    ['open', svg('<g>'), 'closes nothing'],
    ['control characters', svg('<text>\u0001</text>'), 'does not allow'],
    ['control characters as numbers', svg('<text>&#0;</text>'), 'does not allow'],
  ])('is not, or has not, %s', async (_, data, problem) => {
    expect(await problemOf('svg', data)).toContain(problem)
  })
})
