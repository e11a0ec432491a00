/** Tells apart the errors after which nothing of a page is on screen from those that leave it standing. */

/** As Vue names them in development, and in the application as it ships. */
const drawing = new Map([
  ['setup function', '0'],
  ['render function', '1'],
  ['scheduler flush', '14'],
  ['component update', '15'],
])

/** `where` is what onErrorCaptured is given as its third argument. */
export function leavesNoPage(where: string): boolean {
  const code = /#runtime-(.+)$/.exec(where)?.[1]
  return code === undefined ? drawing.has(where) : [...drawing.values()].includes(code)
}
