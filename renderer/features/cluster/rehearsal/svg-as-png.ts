/** Draws a chart that is SVG as PNG, with the colours that it has on screen. */

const PROPERTIES = [
  'fill',
  'stroke',
  'stroke-width',
  'paint-order',
  'opacity',
  'font-size',
  'font-family',
  'text-anchor',
]
const SCALE = 2
const EDGE = 12

/** Returns a PNG as base64. */
export async function svgAsPng(drawn: SVGSVGElement): Promise<string> {
  const { width, height } = drawn.viewBox.baseVal
  const copy = drawn.cloneNode(true) as SVGSVGElement
  const originals = [...drawn.querySelectorAll('*')]
  // A picture knows nothing of the page's style sheets.
  for (const [index, element] of [...copy.querySelectorAll('*')].entries()) {
    const style = getComputedStyle(originals[index]!)
    for (const name of PROPERTIES) {
      if (element.getAttribute(name)?.startsWith('url(')) continue
      element.setAttribute(name, style.getPropertyValue(name))
    }
  }
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.setAttribute('width', String(width))
  copy.setAttribute('height', String(height))
  const picture = new Image()
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`
  await picture.decode()
  const canvas = document.createElement('canvas')
  canvas.width = (width + 2 * EDGE) * SCALE
  canvas.height = (height + 2 * EDGE) * SCALE
  const paper = canvas.getContext('2d')
  if (!paper) throw new Error('The picture could not be drawn: close other windows to free memory.')
  paper.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--surface')
  paper.fillRect(0, 0, canvas.width, canvas.height)
  paper.drawImage(picture, EDGE * SCALE, EDGE * SCALE, width * SCALE, height * SCALE)
  return canvas.toDataURL('image/png').replace('data:image/png;base64,', '')
}
