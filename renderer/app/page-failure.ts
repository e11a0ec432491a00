/** Distinguishes the errors that leave nothing of a page on screen from those that leave it as it is. */

/** Vue's names of them in development and in the released application. */
const drawing = new Map([
  ['setup function', '0'],
  ['render function', '1'],
  ['scheduler flush', '14'],
  ['component update', '15'],
])

/** `where` is the third argument of onErrorCaptured. */
export function leavesNoPage(where: string): boolean {
  const code = /#runtime-(.+)$/.exec(where)?.[1]
  return code === undefined ? drawing.has(where) : [...drawing.values()].includes(code)
}
