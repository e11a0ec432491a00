import { ask } from '../../../platform/engine.ts'
import type { ModelCheck } from '../../../../main/model/check.ts'
import type { BoundColumns, ModelDocument } from '../../../../main/model/document.ts'
import { saveAs } from '../../../ui/save-as.ts'
import { drawCanvas } from './canvas-drawing.ts'
import { useStepTimes } from '../shared/step-time/step-times-store.ts'
import { boxTexts } from '../shared/drawing/box-text.ts'
import { picture, toPng } from './picture.ts'

export type PictureKind = 'svg-light' | 'svg-dark' | 'png-light' | 'png-dark'

export const pictures: readonly { kind: PictureKind; text: string }[] = [
  { kind: 'svg-light', text: 'SVG, light' },
  { kind: 'svg-dark', text: 'SVG, dark' },
  { kind: 'png-light', text: 'PNG, light' },
  { kind: 'png-dark', text: 'PNG, dark' },
]

/** Asks for a file, draws the model into it, and shows a message when it is saved or fails. */
export function exportPicture(
  document: ModelDocument,
  check: ModelCheck,
  columns: BoundColumns | null,
  kind: PictureKind,
): Promise<void> {
  const [format, theme] = kind.split('-') as ['svg' | 'png', 'light' | 'dark']
  return saveAs(
    { name: document.name, purpose: 'exportPicture', title: 'Save the drawing', extension: format },
    async (out) => {
      const { optimizer } = useStepTimes().choice
      const sizeOf = boxTexts(check, { shows: 'memory', optimizer, times: null })
      const drawing = drawCanvas(document, check, columns)
      const nodes = drawing.nodes.map((node) => ({ ...node, size: sizeOf(node.members) }))
      const drawn = picture({ ...drawing, nodes }, theme)
      const data = format === 'svg' ? drawn.svg : toBase64(await toPng(drawn))
      return ask('models.exportPicture', { out, format, data })
    },
  )
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}
