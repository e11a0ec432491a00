import { WIDTH_BOUNDS } from '../../main/model/kinds/schema.ts'

/** Reads layer widths from text such as `512-256-64`, also with commas or spaces. Empty text means no layers. */
export function parseWidths(text: string): { value: number[] } | { problem: string } {
  const words = text.split(/[\s,-]+/).filter((word) => word !== '')
  const widths: number[] = []
  for (const word of words) {
    const width = Number(word)
    if (!Number.isInteger(width) || width < 1 || width > WIDTH_BOUNDS.maximum) {
      return {
        problem: `“${word}” is no layer width: use whole numbers from 1 to ${WIDTH_BOUNDS.maximum}, e.g. 512-256-64.`,
      }
    }
    widths.push(width)
  }
  return { value: widths }
}
