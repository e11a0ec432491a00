import { ElMessage } from 'element-plus'
import { ask } from '../../../app/engine.ts'
import type { ModelCheck } from '../../../../main/model/check.ts'
import type { BoundColumns, ModelDocument } from '../../../../main/model/document.ts'
import { attempt } from '../../../ui/confirm.ts'
import { drawModel } from '../drawing/drawing.ts'
import { placesOf } from './canvas-elements.ts'
import { picture, toPng } from './picture.ts'

export type PictureKind = 'svg-light' | 'svg-dark' | 'png-light' | 'png-dark'

/** Asks for a file and draws the model into it; tells how that went. */
export async function exportPicture(
  document: ModelDocument,
  check: ModelCheck,
  columns: BoundColumns | null,
  kind: PictureKind,
): Promise<void> {
  await attempt(async () => {
    const [format, theme] = kind.split('-') as ['svg' | 'png', 'light' | 'dark']
    const name = document.name.replace(/[^\p{L}\p{N}._-]+/gu, '-')
    const out = await window.studio.chooseSavePath({
      title: 'Save the drawing',
      suggestedName: `${name}.${format}`,
    })
    if (out === null) return
    const places = placesOf(document)
    for (const { id, position } of document.nodes) if (position) places.set(id, position)
    const drawn = picture(drawModel(document, check, columns, Infinity), places, theme)
    const data = format === 'svg' ? drawn.svg : toBase64(await toPng(drawn))
    const { path } = await ask('models.exportPicture', { out, format, data })
    ElMessage({ type: 'success', message: `Written to ${path}.` })
  })
}

function toBase64(bytes: Uint8Array): string {
  const pieces = []
  const step = 0x8000
  for (let from = 0; from < bytes.length; from += step)
    pieces.push(String.fromCharCode(...bytes.subarray(from, from + step)))
  return btoa(pieces.join(''))
}
