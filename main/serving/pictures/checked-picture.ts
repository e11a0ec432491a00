import { StudioError } from '../../contract/errors.ts'
import { pngProblem } from './png.ts'
import { svgProblem } from './svg.ts'

/** This decoder is strict because Node's own skips everything that is not base64. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/**
 * The bytes of a picture's file, after checking that they are one. SVG comes as text, PNG as base64. Throws
 * InvalidRequest with the reason.
 */
export async function checkedPicture(format: 'svg' | 'png', data: string): Promise<Buffer> {
  if (format === 'svg') {
    const problem = svgProblem(data)
    if (problem !== null) throw refused('an SVG drawing', problem)
    return Buffer.from(`${data.trimEnd()}\n`, 'utf8')
  }
  if (!BASE64.test(data)) throw refused('a PNG picture', 'it is not base64')
  const bytes = Buffer.from(data, 'base64')
  const problem = await pngProblem(bytes)
  if (problem !== null) throw refused('a PNG picture', problem)
  return bytes
}

const refused = (what: string, problem: string): StudioError =>
  new StudioError('InvalidRequest', `data: this is not ${what} that can be saved: ${problem}.`, {
    field: 'data',
  })
