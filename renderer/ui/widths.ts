import { WIDTH_BOUNDS } from '../../main/model/kinds/schema.ts'

/** Reads layer widths from `512-256-64` (commas and spaces do as well); empty text means no layers. */
export function parseWidths(text: string): { widths: number[] } | { problem: string } {
  const parts = text.split(/[\s,-]+/).filter((part) => part !== '')
  const widths: number[] = []
  for (const part of parts) {
    const width = Number(part)
    if (!Number.isInteger(width) || width < 1 || width > WIDTH_BOUNDS.maximum) {
      return {
        problem: `“${part}” is no layer width: use whole numbers from 1 to ${WIDTH_BOUNDS.maximum}, e.g. 512-256-64.`,
      }
    }
    widths.push(width)
  }
  return { widths }
}
